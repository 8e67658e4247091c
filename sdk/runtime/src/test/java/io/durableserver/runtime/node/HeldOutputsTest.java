package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.StopReason;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for a write of its server: who gets it, when, and what they are told when the server ends first (P2, P3). */
class HeldOutputsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));
    private static final ServerType<State> TYPE = Probe.type(new Probe.Script());
    private static final ServerType<State> MUTABLE = ServerType.of(
                    "mutable", State.class, () -> new Probe(new Probe.Script()))
            .mutableState();

    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend backend = new MemoryBackend();
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .messageCodec(UnexaminedCodec.INSTANCE)
                    .type(TYPE)
                    .type(MUTABLE)
                    .build(),
            new LoneCluster(new Session("me", "1")).with(time, time),
            wanted -> Optional.empty());

    @BeforeEach
    void ready() {
        time.run();
    }

    private ServerRef start(ServerType<State> type, String key) {
        CompletableFuture<ServerRef> start = node.ensureStartedAsync(type, key, new State(1), StartOptions.DEFAULT)
                .toCompletableFuture();
        time.run();
        return start.join();
    }

    private static CompletableFuture<Object> ask(ServerRef ref, Ask ask) {
        return ref.callAsync(ask, CallOptions.timeout(LONG)).toCompletableFuture();
    }

    private static Ask set(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)));
    }

    private static Ask setSynced(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)).sync());
    }

    private void holdWrites() {
        backend.hold(key -> key.equals("t/k"));
    }

    private void release() {
        backend.release();
        time.run();
    }

    private static DurableServerException failure(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        return (DurableServerException)
                call.handle((answer, failure) -> Causes.of(failure)).join();
    }

    private String stored() {
        return new String(
                RecordFormat.decode("k", backend.read("t/k").orElseThrow()).state(), StandardCharsets.UTF_8);
    }

    @Test
    void replyThatWaitsForItsWriteHearsWhenTheLeaseEnds() {
        ServerRef ref = start(TYPE, "k");
        holdWrites();
        CompletableFuture<Object> strict = ask(ref, setSynced(2));
        time.run();
        assertThat(strict).isNotDone();
        backend.fault(Fault.REFUSED, key -> key.startsWith("t/__nodes/"));
        // Beyond the lease, and before the write itself is given up.
        time.advance(Duration.ofSeconds(9));
        assertThat(failure(strict))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("The owner's lease ran out");
    }

    @Test
    void callWhoseDeadlineComesWhileItsWriteIsOnItsWayIsUnknown() {
        ServerRef ref = start(TYPE, "k");
        holdWrites();
        CompletableFuture<Object> strict = ref.callAsync(setSynced(2), CallOptions.timeout(Duration.ofSeconds(1)))
                .toCompletableFuture();
        time.run();
        assertThat(strict).isNotDone();
        time.advance(Duration.ofSeconds(2));
        assertThat(failure(strict))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE));
        release();
        assertThat(stored()).as("it was applied after all").contains("2");
    }

    @Test
    void replyWhoseWriteIsOnItsWayWhenItsServerCrashesIsUnknown() {
        ServerRef ref = start(MUTABLE, "k");
        holdWrites();
        CompletableFuture<Object> strict = ask(ref, setSynced(2));
        time.run();
        assertThat(strict).isNotDone();
        CompletableFuture<Object> crash = ask(ref, new Ask((state, self) -> {
            throw new IllegalStateException("boom");
        }));
        time.run();
        assertThat(crash).isCompletedExceptionally();
        assertThat(failure(strict))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        unknown ->
                                assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.AMBIGUOUS_WRITE));
        release();
        assertThat(stored()).as("it was applied after all").contains("2");
    }

    @Test
    void mailBehindAStopIsForTheNextLife() {
        ServerRef ref = start(TYPE, "k");
        holdWrites();
        int[] ran = new int[1];
        CompletableFuture<Object> stop = ask(
                ref, new Ask((state, self) -> Next.reply("bye", new State(5)).thenStop(StopReason.normal())));
        CompletableFuture<Object> next = ask(ref, new Ask((state, self) -> {
            ran[0]++;
            return Next.reply(state.n(), new State(6));
        }));
        time.run();
        assertThat(ran[0]).as("the final write is on its way").isZero();
        release();
        time.advance(Duration.ofSeconds(1));
        assertThat(stop).isCompletedWithValue("bye");
        assertThat(next).isCompletedWithValue(5L);
    }

    /** The turn before it answered nobody, so nothing else waits at the gate. */
    @Test
    void whatATurnAsksWaitsForTheWritesOfTheTurnsBeforeIt() {
        ServerRef other = start(TYPE, "other");
        ServerRef ref = start(TYPE, "k");
        holdWrites();
        ref.cast(new Tell((state, self) -> Next.state(new State(7)).sync()));
        CompletableFuture<Object> asking = ask(ref, new Ask((state, self) -> {
            CompletableFuture<Object> asked =
                    other.callAsync(set(state.n()), CallOptions.timeout(LONG)).toCompletableFuture();
            return Next.reply(asked.isDone(), state);
        }));
        time.run();
        CompletableFuture<Object> before = ask(other, GET);
        time.run();
        assertThat(before).isCompletedWithValue(1L);
        release();
        assertThat(asking).isCompletedWithValue(false);
        CompletableFuture<Object> after = ask(other, GET);
        time.run();
        assertThat(after).isCompletedWithValue(7L);
    }
}

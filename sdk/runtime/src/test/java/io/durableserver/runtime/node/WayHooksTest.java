package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.RejectedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.StopReason;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of messages on their way and of what waits, in time that is turned by hand. */
class WayHooksTest {
    record State(int n) {}

    record Poke() implements Cast {}

    /** The reply waits until this is stored. */
    record Set(int n) implements Call<Integer> {}

    /** Changes the state, and leaves it to the background to store it. */
    record Change(int n) implements Call<Integer> {}

    record Get() implements Call<Integer> {}

    record Stop() implements Call<Integer> {}

    /** Pokes a server, and then refuses. */
    record PokeAndRefuse(String key) implements Call<Integer> {}

    private final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.cast(Poke.class, (state, poke) -> Next.state(state));
            on.call(
                    Set.class,
                    (state, set) -> Next.reply(set.n(), new State(set.n())).sync());
            on.call(Change.class, (state, change) -> Next.reply(change.n(), new State(change.n())));
            on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
            on.call(Stop.class, (state, stop) -> Next.reply(state.n(), state).thenStop(StopReason.normal()));
            on.call(PokeAndRefuse.class, (state, poke) -> {
                context().servers().ref(type, poke.key()).cast(new Poke());
                throw new RejectedException("NO", "no");
            });
        }
    }

    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");
    private static final int ROOM = 16;

    private final List<String> told = new ArrayList<>();
    private @Nullable NodeGauges gauges;

    private final class Listener implements RuntimeEvents, RuntimeHooks {
        @Override
        public RuntimeHooks installed(NodeGauges node) {
            gauges = node;
            return this;
        }

        @Override
        public void happened(Fact fact) {}

        @Override
        public void callRerouted(int type, boolean remote) {
            told.add("rerouted " + type + " " + remote);
        }

        @Override
        public void castEnded(int type, CastOutcome outcome, String code) {
            told.add("cast " + type + " " + outcome + " " + code);
        }

        @Override
        public void mailWaited(int type, long nanos) {
            told.add("mail " + type + " " + nanos);
        }

        @Override
        public void gateWaited(int type, long nanos) {
            told.add("gate " + type + " " + nanos);
        }

        @Override
        public void messageSent(int bytes) {
            told.add("sent " + bytes);
        }

        @Override
        public void messageReceived(int bytes) {
            told.add("received " + bytes);
        }
    }

    private final ServerType<State> type = ServerType.of("t", State.class, Server::new);
    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final MemoryBackend backend = new MemoryBackend();
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .type(type)
                    .limits(Limits.builder().mailboxCapacity(ROOM).build())
                    .events(new Listener())
                    .build(),
            cluster.with(time, time),
            wanted -> Optional.empty());

    @BeforeEach
    void peerServesAnotherKey() {
        time.run();
        cluster.sessions(ME, PEER);
        cluster.putIfAbsent(
                "there",
                WireFormat.encode(new DirectoryEntry("t", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
        var unused = node.ensureStartedAsync(type, "here", new State(0), StartOptions.DEFAULT);
        time.run();
        told.clear();
    }

    private ServerRef ref(String key) {
        return node.ref(type, key);
    }

    private <R> CompletableFuture<R> call(String key, Call<R> call) {
        return ref(key).callAsync(call, CallOptions.timeout(Duration.ofMinutes(1)))
                .toCompletableFuture();
    }

    private void cast(String key) {
        ref(key).cast(new Poke());
        time.run();
    }

    private List<String> told(String kind) {
        List<String> those = told.stream().filter(line -> line.startsWith(kind)).toList();
        told.clear();
        return those;
    }

    private NodeGauges.Snapshot figures() {
        return Objects.requireNonNull(gauges).read();
    }

    @Test
    void aCastIsTakenHereOrSentElsewhere() {
        cast("here");
        assertThat(told).containsExactly("cast 0 TAKEN ");
        told.clear();
        cast("there");
        int bytes = cluster.sent().get(0).length;
        assertThat(told).containsExactly("sent " + bytes, "cast 0 SENT ");
    }

    @Test
    void aCastThatFindsNoRoomIsDropped() {
        cast("there");
        cluster.queueFull(true);
        told.clear();
        cast("there");
        assertThat(told).containsExactly("cast 0 DROPPED OVERLOADED");
        told.clear();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10 * ROOM; i++) {
                        ref("here").cast(new Poke());
                    }
                })
                .isInstanceOf(NotAppliedException.class);
        assertThat(told("cast 0 DROPPED")).containsExactly("cast 0 DROPPED MAILBOX_FULL");
    }

    @Test
    void aCastIsWithdrawnWithItsTurn() {
        CompletableFuture<Integer> call = call("here", new PokeAndRefuse("there"));
        time.run();
        assertThat(call).isCompletedExceptionally();
        assertThat(told).containsExactly("cast 0 WITHDRAWN ");
    }

    @Test
    void aCallThatItsNodeDoesNotHaveIsRerouted() {
        var unused = call("there", new Get());
        time.run();
        Message.CallMessage sent =
                (Message.CallMessage) WireFormat.decodeMessage(cluster.sent().get(0));
        byte[] notHere = WireFormat.encode(new Message.NotHereMessage(sent.id()));
        told.clear();
        cluster.receive(PEER, notHere);
        assertThat(told).containsExactly("received " + notHere.length, "rerouted 0 true");
        told.clear();
        cluster.receive(PEER, notHere);
        assertThat(told("rerouted")).as("an answer to an attempt that is over").isEmpty();
    }

    @Test
    void aCallBehindTheEndOfItsServerIsRerouted() {
        CompletableFuture<Integer> stop = call("here", new Stop());
        CompletableFuture<Integer> get = call("here", new Get());
        time.advance(Duration.ofSeconds(1));
        assertThat(stop).isCompletedWithValue(0);
        assertThat(get).isCompletedWithValue(0);
        // From where it was found, and from where its place was still remembered.
        assertThat(told("rerouted")).containsOnly("rerouted 0 false");
    }

    @Test
    void theWaitOfOneMessageInManyIsTold() {
        for (int i = 0; i < RuntimeHooks.MEASURED_OF; i++) {
            CompletableFuture<Integer> get = call("here", new Get());
            time.standStill(Duration.ofNanos(77));
            time.run();
            assertThat(get).isDone();
        }
        assertThat(told("mail")).containsExactly("mail 0 77");
    }

    /** It would be the last that is measured, if it stayed the one that is. */
    @Test
    void aMessageThatFoundNoRoomIsNotMeasured() {
        for (int round = 0; round < RuntimeHooks.MEASURED_OF; round++) {
            for (int i = 0; i < ROOM + 1; i++) {
                ref("here").cast(new Poke());
            }
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> ref("here").cast(new Poke())).isInstanceOf(NotAppliedException.class);
            }
            time.run();
        }
        // Of 64 rounds of 19 messages 19 are to be measured, each at another place of its round: two of them found no
        // room.
        assertThat(told("mail")).hasSize(ROOM + 1);
    }

    @Test
    void whatWaitsForTheStoreIsToldWithItsTime() {
        backend.hold(key -> key.equals("t/here"));
        CompletableFuture<Integer> set = call("here", new Set(1));
        time.run();
        time.standStill(Duration.ofMillis(3));
        CompletableFuture<Integer> get = call("here", new Get());
        time.run();
        time.standStill(Duration.ofMillis(2));
        assertThat(told("gate")).isEmpty();
        assertThat(figures().types().get(0).heldOutputs()).isEqualTo(2);
        assertThat(figures().types().get(0).oldestUnsavedNanos()).isEqualTo(5_000_000);
        backend.release();
        time.run();
        assertThat(set).isCompletedWithValue(1);
        assertThat(get).isCompletedWithValue(1);
        assertThat(told("gate")).containsExactly("gate 0 5000000", "gate 0 2000000");
        assertThat(figures().types().get(0).oldestUnsavedNanos()).isZero();
    }

    @Test
    void figuresSayWhatIsKnownAndWhatWaits() {
        call("here", new Change(1)).isDone();
        time.run();
        time.standStill(Duration.ofSeconds(2));
        call("here", new Change(2)).isDone();
        time.run();
        time.standStill(Duration.ofSeconds(1));
        cast("there");
        NodeGauges.Snapshot now = figures();
        assertThat(now.types()).singleElement().satisfies(of -> {
            assertThat(of.unsaved()).isEqualTo(1);
            assertThat(of.oldestUnsavedNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
        });
        assertThat(Objects.requireNonNull(gauges).store()).isEqualTo("memory");
        assertThat(now.leaseNanos()).isEqualTo(Duration.ofSeconds(8).toNanos());
        assertThat(now.locations()).isEqualTo(2);
        assertThat(now.directoryEntries()).isEqualTo(2);
        assertThat(now.queuedMessages()).isEqualTo(1);
        assertThat(now.queuedBytes()).isEqualTo(cluster.sent().get(0).length);
        assertThat(now.pools()).isEmpty();
    }
}

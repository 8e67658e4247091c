package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.Registration;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.testing.CountingScheduler;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.Tries;
import io.durableserver.spi.Session;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server registered ends with it, however it ends: nothing of its state is left, whoever holds on to what it gave. */
@Timeout(60)
class EndedServersTest {
    /** How much of its kind there is in a state that can be seen to go. */
    private static final int STATE_BYTES = 10_000;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record State(byte[] bytes) {}

    record Work(String what) implements io.durableserver.Call<String> {}

    record Later() implements io.durableserver.Call<String> {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tick(byte[] bytes) {}

    /** Sets timers of an hour whenever it can, and lets everything out that outlives a turn. */
    private final class Busy extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Work.class, (state, work) -> {
                timers();
                states.add(new WeakReference<>(state));
                if (work.what().equals("crash")) {
                    throw new IllegalStateException("boom");
                }
                return Next.reply("ok", seen(new State(new byte[STATE_BYTES]))).idleTimeout(Duration.ofHours(1));
            });
            on.callDeferred(Later.class, (state, later, replyTo) -> {
                kept.add(replyTo);
                return Next.state(seen(new State(new byte[STATE_BYTES])));
            });
            on.info(Tick.class, (state, tick) -> Next.state(state));
            on.timeout(Next::state);
        }

        private void timers() {
            byte[] message = new byte[STATE_BYTES];
            messages.add(new WeakReference<>(message));
            kept.add(context().sendAfter(Duration.ofHours(1), new Tick(message)));
        }

        @Override
        protected Init<State> init(State state, ServerContext context) {
            kept.add(context);
            timers();
            if (context.key().startsWith("never")) {
                throw new IllegalStateException("never");
            }
            SyncPolicy policy = SyncPolicy.manual(Duration.ofHours(1));
            return Init.ok(seen(new State(new byte[STATE_BYTES]))).syncPolicy(policy);
        }
    }

    private State seen(State state) {
        states.add(new WeakReference<>(state));
        return state;
    }

    private final Collection<Object> kept = new ConcurrentLinkedQueue<>();
    private final Collection<WeakReference<State>> states = new ConcurrentLinkedQueue<>();
    private final Collection<WeakReference<byte[]>> messages = new ConcurrentLinkedQueue<>();
    private final ServerType<State> type = ServerType.of("busy", State.class, Busy::new);
    private final MemoryBackend backend = new MemoryBackend();
    private final JdkScheduler threads = JdkScheduler.create("test");
    private final CountingScheduler scheduler = new CountingScheduler(threads);
    private DurableNode node;

    @BeforeEach
    void start() {
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix("t/")
                .backend(context -> backend)
                .type(type)
                .build();
        LoneCluster cluster = new LoneCluster(new Session("n", "i"));
        node = DurableNode.start(config, cluster.with(scheduler, new JdkTime()), wanted -> Optional.empty());
        node.awaitReady(Duration.ofSeconds(5));
    }

    @AfterEach
    void close() {
        node.drain(); // one test fences what is not stored
        threads.close();
    }

    private ServerRef ref(String key) {
        return node.ensureStarted(type, key, new State(new byte[0]));
    }

    /** Only timers of an hour count: those of the node itself are short and come and go. */
    private void assertNothingLeft() {
        await().until(() -> node.localCount() == 0);
        await().untilAsserted(() ->
                assertThat(scheduler.armed(Duration.ofMinutes(30))).isZero());
        await().untilAsserted(() -> {
            System.gc();
            assertThat(states).allMatch(state -> state.refersTo(null));
            assertThat(messages).allMatch(message -> message.refersTo(null));
        });
        assertThat(states).isNotEmpty();
    }

    @Test
    void nothingIsLeftOfServersThatStopped() {
        int servers = 10_000 * Tries.EFFORT;
        for (int i = 0; i < servers; i++) {
            String key = "k" + i;
            ref(key).call(new Work("go on"));
            node.admin().terminate(key, i % 2 == 0 ? Termination.GRACEFUL : Termination.DELETE);
            if (i % 100 != 0) {
                continue; // what is kept of each hundredth is enough to see
            }
            assertThat(scheduler.armed(Duration.ofMinutes(30))).isZero();
        }
        assertThat(kept).hasSizeGreaterThan(servers);
        assertNothingLeft();
    }

    @Test
    void nothingIsLeftOfServersThatCrashed() {
        for (int i = 0; i < 100; i++) {
            ServerRef ref = ref("k" + i);
            ref.call(new Work("go on"));
            assertThatThrownBy(() -> ref.call(new Work("crash"))).isInstanceOf(HandlerFailedException.class);
        }
        assertNothingLeft();
    }

    @Test
    void nothingIsLeftOfStartsThatFailed() {
        for (int i = 0; i < 100; i++) {
            String key = "never" + i;
            assertThatThrownBy(() -> ref(key)).isInstanceOf(HandlerFailedException.class);
        }
        states.add(new WeakReference<>(null));
        assertNothingLeft();
    }

    @Test
    void nothingIsLeftOfServersThatWereFenced() {
        for (int i = 0; i < 100; i++) {
            ref("k" + i).call(new Work("go on"));
        }
        node.fence();
        assertNothingLeft();
    }

    @Test
    void nothingIsLeftOfServersThatNeverAnswered() {
        List<Object> stages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stages.add(ref("k" + i).callAsync(new Later(), CallOptions.timeout(Duration.ofHours(1))));
        }
        await().until(() -> kept.stream().filter(ReplyTo.class::isInstance).count() == 100);
        for (int i = 0; i < 100; i++) {
            node.admin().terminate("k" + i, Termination.GRACEFUL);
        }
        assertNothingLeft();
        assertThat(stages).hasSize(100);
    }

    @Test
    void timerThatIsClosedOrHasFiredHoldsNothing() {
        ref("k").call(new Work("go on"));
        assertThat(scheduler.armed(Duration.ofMinutes(30))).isPositive();
        for (Object registered : kept) {
            if (registered instanceof Registration timer) {
                timer.close();
                timer.close();
            }
        }
        await().untilAsserted(() -> {
            System.gc();
            assertThat(messages).allMatch(message -> message.refersTo(null));
        });
    }
}

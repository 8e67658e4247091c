package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The methods that wait, called inside a turn: as {@code call} is, or refused by name. */
final class BlockingInHandlersTest extends ProbedNode {
    private final ServerType<State> type = Probe.type(script);

    private Object inTurn(String key, Function<DurableServers, Object> use) {
        return ref(key).call(
                        new Ask((state, self) -> Next.reply(use.apply(self.ctx().servers()), state)));
    }

    @Test
    void everyMethodThatWaitsWorksInAHandler() {
        ref("other");
        assertThat(inTurn("k", s -> s.start(type, "new", new State(3)).call(GET)))
                .isEqualTo(3L);
        assertThat(inTurn("k", s -> s.ensureStarted(type, "newer", new State(4)).call(GET)))
                .isEqualTo(4L);
        assertThat(inTurn("k", s -> s.admin().lookup("other").orElseThrow().epoch()))
                .isEqualTo(1L);
        assertThat(inTurn("k", s -> s.admin().info("other").orElseThrow().epoch()))
                .isEqualTo(1L);
        assertThat(inTurn("k", s -> s.admin().info("k").orElseThrow().epoch())).isEqualTo(1L);
        assertThat(inTurn("k", s -> s.admin().terminate("other", Termination.DELETE)))
                .isEqualTo(true);
        assertThat(inTurn("k", s -> s.admin().info("other"))).isEqualTo(Optional.empty());
        assertThat(inTurn("k", s -> s.ensureStarted(type, "k", new State(9)).key()))
                .isEqualTo("k");
        assertThat(ref("k").call(GET)).isEqualTo(0L);
    }

    @Test
    void initMayStartOthers() {
        Probe.Script parent = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                if (context.key().equals("parent")) {
                    context.servers().ensureStarted(Probe.type(this), "child", new State(5));
                }
                return Init.ok(state);
            }
        };
        restart(Limits.DEFAULT, parent);
        node.servers.start(Probe.type(parent), "parent", new State(0));
        assertThat(node.servers.ref(Probe.type(parent), "child").call(GET)).isEqualTo(5L);
    }

    @Test
    void stopOfOneselfOrOfWhoWaitsIsRefusedAtOnce() {
        ServerRef inner = ref("inner");
        for (String key : List.of("outer", "inner")) {
            Object error = ref("outer")
                    .call(new Ask((state, self) -> Next.reply(
                            inner.call(new Ask((s, me) -> Next.reply(
                                    catchThrowable(
                                            () -> me.ctx().servers().admin().terminate(key, Termination.GRACEFUL)),
                                    s))),
                            state)));
            assertThat(error).isInstanceOfSatisfying(NotAppliedException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.CALL_RING);
                assertThat(e.context()).containsEntry("ring", "outer -> inner -> " + key);
            });
        }
        assertThat(inner.call(GET)).isEqualTo(0L);
    }

    @Test
    void whatWouldWaitForTheTurnItselfIsRefusedByName() {
        for (Map.Entry<String, ThrowingCallable> use : Map.<String, ThrowingCallable>of(
                        "awaitReady", () -> node.servers.awaitReady(Duration.ofMinutes(1)),
                        "awaitReadyAsync",
                                () -> node.servers
                                        .awaitReadyAsync(Duration.ofMinutes(1))
                                        .toCompletableFuture()
                                        .getNow(null),
                        "drain", () -> node.servers.drain(),
                        "close", () -> node.servers.close())
                .entrySet()) {
            Throwable thrown = (Throwable) inTurn("k", s -> catchThrowable(use.getValue()));
            Object error = thrown instanceof CompletionException ? thrown.getCause() : thrown;
            assertThat(error).isInstanceOfSatisfying(ConfigurationException.class, e -> {
                assertThat(e.reason()).isEqualTo(ConfigurationException.Reason.NOT_ALLOWED_HERE);
                assertThat(e.context()).containsEntry("method", use.getKey()).containsEntry("key", "k");
            });
        }
        assertThat(node.servers.isReady()).isTrue();
    }

    @Test
    void nothingIsAskedOfOthersBeforeWhatTheTurnsBeforeDidIsStored() throws Exception {
        ref("other");
        ServerRef ref = ref("k");
        long n = 0;
        for (Map.Entry<Function<DurableServers, Object>, BooleanSupplier> use :
                Map.<Function<DurableServers, Object>, BooleanSupplier>of(
                                s -> s.start(type, "new", new State(0)).key(),
                                () -> node.servers.admin().info("new").isEmpty(),
                                s -> s.ensureStarted(type, "newer", new State(0))
                                        .key(),
                                () -> node.servers.admin().info("newer").isEmpty(),
                                s -> s.admin().terminate("other", Termination.GRACEFUL),
                                () -> node.servers.admin().lookup("other").isPresent())
                        .entrySet()) {
            node.backend.hold(key -> key.equals("t/k"));
            var strict = ref.callAsync(setSynced(++n));
            await().until(() -> node.backend.held() == 1);
            CountDownLatch inside = new CountDownLatch(1);
            var asked = ref.callAsync(new Ask((state, self) -> {
                inside.countDown();
                return Next.reply(use.getKey().apply(self.ctx().servers()), state);
            }));
            inside.await();
            // A whole round of another server: time enough for what must not happen.
            node.servers.ensureStarted(type, "witness" + n, new State(0)).call(setSynced(1));
            assertThat(use.getValue().getAsBoolean()).isTrue();
            assertThat(asked.toCompletableFuture()).isNotDone();
            node.backend.release();
            assertThat(strict).succeedsWithin(Duration.ofSeconds(5));
            assertThat(asked).succeedsWithin(Duration.ofSeconds(5));
            assertThat(use.getValue().getAsBoolean()).isFalse();
        }
    }

    /** The write before needs the server's thread twice: when it is stored, and for the one that begins behind it. */
    @Test
    @Timeout(60)
    void aTurnThatJoinsItsOwnStagesStoresWhatHoldsThemUp() throws Exception {
        ref("other");
        ServerRef ref = ref("k");
        long n = 0;
        for (Function<CompletableFuture<Object>, Object> wait : List.<Function<CompletableFuture<Object>, Object>>of(
                CompletableFuture::join,
                stage -> stage.thenApply(value -> value).join(),
                stage -> waited(stage::get),
                stage -> waited(() -> stage.get(10, TimeUnit.SECONDS)))) {
            node.backend.hold(key -> key.equals("t/k"));
            var first = ref.callAsync(setSynced(++n));
            await().until(() -> node.backend.held() == 1);
            var second = ref.callAsync(setSynced(++n));
            CountDownLatch inside = new CountDownLatch(1);
            var asked = ref.callAsync(new Ask((state, self) -> {
                CompletableFuture<Object> stage =
                        node.servers.ref(type, "other").callAsync(GET).toCompletableFuture();
                inside.countDown();
                return Next.reply(wait.apply(stage), state);
            }));
            inside.await();
            node.backend.release();
            assertThat(asked).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(0L);
            assertThat(first).succeedsWithin(Duration.ofSeconds(5));
            assertThat(second).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aTurnThatWaitsForAStageForSoLongStopsWaitingForItsStoreThen() throws Exception {
        ref("other");
        ServerRef ref = ref("k");
        node.backend.hold(key -> key.equals("t/k"));
        var strict = ref.callAsync(setSynced(1));
        await().until(() -> node.backend.held() == 1);
        var asked = ref.callAsync(new Ask((state, self) -> {
            CompletableFuture<Object> stage =
                    node.servers.ref(type, "other").callAsync(GET).toCompletableFuture();
            Throwable late = catchThrowable(() -> stage.get(10, TimeUnit.MILLISECONDS));
            node.backend.release();
            return Next.reply(late, state);
        }));
        assertThat(asked).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(TimeoutException.class);
        assertThat(strict).succeedsWithin(Duration.ofSeconds(5));
    }

    private static Object waited(Callable<Object> wait) {
        try {
            return wait.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void simulationRefusesEachByName() {
        ManualScheduler time = new ManualScheduler();
        DurableNode simulated = DurableNode.start(
                DurableServersConfig.builder()
                        .prefix("t/")
                        .backend(context -> new MemoryBackend())
                        .type(type)
                        .messageCodec(UnexaminedCodec.INSTANCE)
                        .build(),
                new LoneCluster(new Session("me", "1")).with(time, time),
                wanted -> Optional.empty());
        time.run();
        List<String> refused = new ArrayList<>();
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> simulated.start(type, "k", new State(0)),
                () -> simulated.ensureStarted(type, "k", new State(0)),
                () -> simulated.admin().lookup("k"),
                () -> simulated.admin().info("k"),
                () -> simulated.admin().terminate("k", Termination.GRACEFUL),
                () -> simulated.admin().interruptTurn("k"),
                () -> simulated.ref(type, "k").call(GET))) {
            ConfigurationException error = (ConfigurationException) catchThrowable(use);
            assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.NOT_ALLOWED_HERE);
            refused.add(error.context().get("method"));
        }
        assertThat(refused)
                .containsExactly("start", "ensureStarted", "lookup", "info", "terminate", "interruptTurn", "call");
    }
}

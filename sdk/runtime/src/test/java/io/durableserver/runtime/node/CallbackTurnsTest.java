package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.SyncInfo;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every callback is a turn: what it sends leaves when what it tells of is stored, and it cannot wait for itself. */
final class CallbackTurnsTest extends ProbedNode {
    private volatile @Nullable Act act;
    private volatile @Nullable ServerContext context;

    /** What a callback of server {@code k} does; the others do nothing. */
    private interface Act {
        void run(String callback, ServerContext context) throws Exception;
    }

    private final Probe.Script acting = new Probe.Script() {
        private void does(String callback) {
            ServerContext now = context;
            Act what = act;
            if (now != null && what != null && now.key().equals("k")) {
                try {
                    what.run(callback, now);
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        Init<State> init(State state, ServerContext started) {
            if (started.key().equals("k")) {
                context = started;
                does("init");
            }
            return Init.ok(state).syncPolicy(SyncPolicy.manual(Duration.ZERO));
        }

        @Override
        Object dump(State state) {
            if (state.n() != 0) {
                does("dump");
            }
            return state;
        }

        @Override
        State load(io.durableserver.ServerType<State> type, StoredState stored) {
            does("load");
            return stored.as(State.class);
        }

        @Override
        State onSync(SyncInfo info, State stored, State current) {
            does("onSync");
            return current;
        }

        @Override
        @Nullable
        Object terminate(StopReason reason, State state) {
            does("terminate");
            return null;
        }

        @Override
        void afterTerminate(@Nullable Object result, StopInfo info) {
            does("afterTerminate");
        }
    };

    private ServerRef other() {
        return node.servers.ensureStarted(Probe.type(acting), "other", new State(0));
    }

    private ServerRef server() {
        return node.servers.ensureStarted(Probe.type(acting), "k", new State(0));
    }

    private void in(String callback, Act what) {
        act = (where, context) -> {
            if (where.equals(callback)) {
                what.run(where, context);
            }
        };
    }

    private static void tell(ServerRef to, long n) {
        to.cast(new Tell((state, self) -> Next.state(new State(n))));
    }

    @org.junit.jupiter.api.BeforeEach
    void start() {
        restart(io.durableserver.config.Limits.DEFAULT, acting);
    }

    // On the way out.

    @Test
    void whatTerminateSendsLeavesAfterTheFinalWrite() {
        ServerRef other = other();
        ServerRef ref = server();
        ref.call(set(3));
        in("terminate", (where, context) -> tell(other, 7));
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Boolean> stop =
                node.servers.admin().terminateAsync("k", Termination.GRACEFUL).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        assertThat(other.call(GET)).isEqualTo(0L);
        node.backend.release();
        assertThat(stop).succeedsWithin(Duration.ofSeconds(5));
        await().until(() -> other.call(GET), n -> n.equals(7L));
    }

    @Test
    void whatTerminateSendsDoesNotLeaveWhenTheFinalWriteIsRefused() {
        ServerRef other = other();
        ServerRef ref = server();
        ref.call(set(3));
        in("terminate", (where, context) -> tell(other, 7));
        node.backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(catchThrowableOfType(
                                NotAppliedException.class,
                                () -> node.servers.admin().terminate("k", Termination.GRACEFUL))
                        .reason())
                .isEqualTo(NotAppliedException.Reason.STORAGE_UNAVAILABLE);
        node.backend.fault(Fault.NONE, key -> false);
        act = null;
        assertThat(ref.call(GET)).isEqualTo(0L);
        assertThat(other.call(GET)).isEqualTo(0L);
    }

    @Test
    void requestOutOfTerminateLeavesOnceEverythingIsStored() throws Exception {
        ServerRef other = other();
        ServerRef ref = server();
        ref.call(set(3));
        CompletableFuture<CompletionStage<Object>> answer = new CompletableFuture<>();
        in("terminate", (where, context) -> answer.complete(other.callAsync(set(8))));
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Boolean> stop =
                node.servers.admin().terminateAsync("k", Termination.GRACEFUL).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        assertThat(other.call(GET)).isEqualTo(0L);
        node.backend.release();
        assertThat(answer.get(5, TimeUnit.SECONDS).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(8L);
        assertThat(stop).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void terminateMayWaitForAnotherServer() {
        ServerRef other = other();
        ServerRef ref = server();
        ref.call(set(3));
        in("terminate", (where, context) -> other.call(set(9)));
        assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL)).isTrue();
        assertThat(other.call(GET)).isEqualTo(9L);
        act = null;
        assertThat(ref.call(GET)).isEqualTo(3L);
    }

    @Test
    void requestOutOfTerminateFailsWithItsStore() {
        ServerRef other = other();
        ServerRef ref = server();
        ref.call(set(3));
        CompletableFuture<CompletionStage<Object>> answer = new CompletableFuture<>();
        in("terminate", (where, context) -> answer.complete(other.callAsync(set(8))));
        node.backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThatThrownBy(() -> node.servers.admin().terminate("k", Termination.GRACEFUL))
                .isInstanceOf(NotAppliedException.class);
        node.backend.fault(Fault.NONE, key -> false);
        assertThat(answer.join().toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
        assertThat(other.call(GET)).isEqualTo(0L);
        act = null;
        assertThat(ref.call(GET)).isEqualTo(0L);
    }

    @Test
    void serverThatCallsItselfOnTheWayOutIsTold() {
        for (String callback : new String[] {"terminate", "afterTerminate"}) {
            ServerRef ref = server();
            CompletableFuture<DurableServerException> error = new CompletableFuture<>();
            in(
                    callback,
                    (where, context) -> error.complete(catchThrowableOfType(
                            DurableServerException.class, () -> context.self().call(GET))));
            assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL))
                    .isTrue();
            assertThat(error.join().code()).as(callback).isEqualTo("CALL_RING");
            act = null;
            assertThat(ref.call(GET)).isEqualTo(0L);
        }
    }

    @Test
    void ringOverWhoAskedForTheStopIsNamed() {
        ServerRef asking = other();
        server();
        CompletableFuture<DurableServerException> error = new CompletableFuture<>();
        in(
                "terminate",
                (where, context) ->
                        error.complete(catchThrowableOfType(DurableServerException.class, () -> asking.call(GET))));
        Ask stop = new Ask((state, self) -> Next.reply("bye", state).thenStop(StopReason.normal()));
        asking.call(new Ask((state, self) -> Next.reply(server(self).call(stop), state)));
        assertThat(error.join().code()).isEqualTo("CALL_RING");
        assertThat(error.join().context()).containsEntry("ring", "other -> k -> other");
    }

    private static ServerRef server(Probe self) {
        return self.ctx().servers().ref(Probe.type(new Probe.Script()), "k");
    }

    @Test
    void whatATerminateThatThrowsSentIsDropped() {
        ServerRef other = other();
        server();
        in("terminate", (where, context) -> {
            tell(other, 7);
            throw new IllegalStateException("boom");
        });
        assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL)).isTrue();
        assertThat(other.call(GET)).isEqualTo(0L);
    }

    // At the start.

    @Test
    void whatInitSendsIsDroppedWhenTheStartFails() {
        ServerRef other = other();
        in("init", (where, context) -> {
            tell(other, 7);
            throw new IllegalStateException("boom");
        });
        assertThatThrownBy(this::server).isInstanceOf(HandlerFailedException.class);
        assertThat(other.call(GET)).isEqualTo(0L);
        in("init", (where, context) -> tell(other, 8));
        server();
        assertThat(other.call(GET)).isEqualTo(8L);
    }

    @Test
    void serverThatCallsItselfInInitIsTold() {
        CompletableFuture<DurableServerException> error = new CompletableFuture<>();
        in(
                "init",
                (where, context) -> error.complete(catchThrowableOfType(
                        DurableServerException.class, () -> context.self().call(GET))));
        server();
        assertThat(error.join().code()).isEqualTo("CALL_RING");
    }

    @Test
    void continuationOfInitWithoutHandlerFailsTheStart() {
        restart(io.durableserver.config.Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext started) {
                return Init.ok(state).thenContinue("nobody handles strings");
            }
        });
        assertThatThrownBy(this::ref).isInstanceOf(HandlerFailedException.class).hasMessageContaining("String");
    }

    // After a write.

    @Test
    void whatOnSyncSendsLeavesAndItCannotWaitForItself() {
        ServerRef other = other();
        ServerRef ref = server();
        CompletableFuture<DurableServerException> error = new CompletableFuture<>();
        in("onSync", (where, context) -> {
            tell(other, 7);
            error.complete(catchThrowableOfType(
                    DurableServerException.class, () -> context.self().call(GET)));
        });
        ref.call(setSynced(3));
        await().until(() -> other.call(GET), n -> n.equals(7L));
        assertThat(error.join().code()).isEqualTo("CALL_RING");
        in("onSync", (where, context) -> {
            tell(other, 9);
            throw new IllegalStateException("boom");
        });
        ref.call(setSynced(4));
        assertThat(ref.call(GET)).isEqualTo(4L);
        assertThat(other.call(GET)).isEqualTo(7L);
    }

    @Test
    void answerGivenInOnSyncReachesItsCaller() throws Exception {
        ServerRef ref = server();
        CompletableFuture<io.durableserver.ReplyTo<Object>> kept = new CompletableFuture<>();
        CompletableFuture<Object> waiting = ref.callAsync(new AskLater((state, self, replyTo) -> {
                    kept.complete(replyTo);
                    return Next.state(state);
                }))
                .toCompletableFuture();
        in("onSync", (where, context) -> kept.join().reply("stored"));
        ref.call(setSynced(3));
        assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo("stored");
    }

    // Code that only computes.

    private static void ended(CompletionStage<?> stage) throws Exception {
        try {
            stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw (DurableServerException) refused.getCause();
        }
    }

    @Test
    void dumpAndLoadMayOnlyCompute() {
        ServerRef other = other();
        for (String callback : new String[] {"dump", "load"}) {
            for (Act forbidden : new Act[] {
                (where, context) -> other.call(GET),
                (where, context) -> ended(other.callAsync(GET)),
                (where, context) -> tell(other, 7),
                (where, context) -> context.send(new Note((state, self) -> Next.state(state))),
                (where, context) -> context.sendAfter(Duration.ofHours(1), new Note((s, me) -> Next.state(s))),
                (where, context) -> ended(context.servers()
                        .startAsync(Probe.type(acting), "x", new State(0), io.durableserver.StartOptions.DEFAULT)),
                (where, context) -> ended(context.servers().admin().terminateAsync("other", Termination.DELETE)),
            }) {
                act = null;
                ServerRef ref = server();
                CompletableFuture<DurableServerException> error = new CompletableFuture<>();
                in(callback, (where, context) -> {
                    DurableServerException refused =
                            catchThrowableOfType(DurableServerException.class, () -> forbidden.run(where, context));
                    error.complete(refused);
                });
                ref.call(new Ask(
                        (state, self) -> Next.reply(0, new State(state.n() + 1)).thenStop(StopReason.normal())));
                ref.call(GET);
                assertThat(error.join()).as(callback).isInstanceOf(ConfigurationException.class);
                assertThat(error.join().code()).isEqualTo("NOT_ALLOWED_HERE");
                assertThat(error.join().context()).containsEntry("where", callback);
            }
        }
        assertThat(other.call(GET)).isEqualTo(0L);
        assertThat(node.servers.admin().info("x")).isEmpty();
    }
}

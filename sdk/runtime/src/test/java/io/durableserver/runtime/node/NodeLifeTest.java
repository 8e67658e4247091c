package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerInfo;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How servers start, stop and come back, through the public API of a whole node. */
@Timeout(60)
class NodeLifeTest {
    private static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    private final MemoryBackend backend = new MemoryBackend();
    private final Probe.Script script = new Probe.Script();
    private final ServerType<State> type = Probe.type(script);
    private LoneNode node = LoneNode.start(backend, type);

    @AfterEach
    void close() {
        node.close();
    }

    private ServerType<State> restart(Probe.Script changed, int version) {
        node.close();
        ServerType<State> next = Probe.type(changed).version(version);
        node = LoneNode.start(backend, next);
        return next;
    }

    private ServerRef start() {
        return node.servers.ensureStarted(type, "k", new State(1));
    }

    private ServerInfo info() {
        return node.servers.info("k").orElseThrow();
    }

    private static Reason reason(ThrowingCallable call) {
        return catchThrowableOfType(NotAppliedException.class, call).reason();
    }

    private static Ask stop(StopReason why) {
        return new Ask(
                (state, self) -> Next.reply("bye", new State(state.n() + 1)).thenStop(why));
    }

    // Starting.

    @Test
    void startTellsARunningServerFromANewOne() {
        ServerRef ref = node.servers.start(type, "k", new State(1));
        assertThat(ref.key()).isEqualTo("k");
        assertThat(reason(() -> node.servers.start(type, "k", new State(1)))).isEqualTo(Reason.ALREADY_STARTED);
        assertThat(start().call(GET)).isEqualTo(1L);
        assertThat(node.servers.localCount()).isEqualTo(1);
        assertThat(node.servers.lookup("k").orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void firstBootTakesTheWayOfARestart() {
        List<String> way = new ArrayList<>();
        ServerType<State> next = restart(
                new Probe.Script() {
                    @Override
                    Object dump(State state) {
                        way.add("dump");
                        return Map.of("value", state.n());
                    }

                    @Override
                    State load(ServerType<State> type, StoredState stored) {
                        way.add("load " + stored.version());
                        return new State(
                                Long.parseLong(String.valueOf(stored.asMap().get("value"))));
                    }

                    @Override
                    Init<State> init(State state, ServerContext context) {
                        way.add("init " + state.n());
                        return Init.ok(state);
                    }
                },
                3);
        node.servers.start(next, "k", new State(5));
        assertThat(way).startsWith("dump", "load 3", "init 5");
    }

    @Test
    void initOptionsTakeEffect() {
        ServerType<State> next = restart(
                new Probe.Script() {
                    @Override
                    Init<State> init(State state, ServerContext context) {
                        return Init.ok(new State(state.n() + 1))
                                .permanent(true)
                                .metadata(Map.of("room", "blue"))
                                .thenContinue(new Note((s, self) -> Next.state(new State(s.n() * 10))));
                    }
                },
                1);
        ServerRef ref = node.servers.start(next, "k", new State(1));
        assertThat(ref.call(GET)).isEqualTo(20L);
        assertThat(node.servers.lookup("k").orElseThrow().metadata()).containsEntry("room", "blue");
        assertThat(node.servers.lookup("k").orElseThrow().permanent()).isTrue();
        assertThat(info().permanent()).isTrue();
        assertThat(info().metadata()).containsEntry("room", "blue");
    }

    @Test
    void serverThatDeclinesIsNotStarted() {
        ServerType<State> next = restart(
                new Probe.Script() {
                    @Override
                    Init<State> init(State state, ServerContext context) {
                        return Init.ignore();
                    }
                },
                1);
        assertThat(reason(() -> node.servers.start(next, "k", new State(1)))).isEqualTo(Reason.IGNORED);
        assertThat(info().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(node.servers.lookup("k")).isEmpty();
        assertThat(node.servers.localCount()).isZero();
    }

    @Test
    void initThatThrowsOnFirstBootLeavesNoRecord() {
        ServerType<State> next = restart(
                new Probe.Script() {
                    @Override
                    Init<State> init(State state, ServerContext context) throws Exception {
                        throw new java.io.IOException("no");
                    }
                },
                1);
        assertThatThrownBy(() -> node.servers.start(next, "k", new State(1)))
                .isInstanceOf(HandlerFailedException.class);
        assertThat(node.servers.info("k")).isEmpty();
        assertThat(node.servers.lookup("k")).isEmpty();
    }

    @Test
    void metadataOfInitOverItsBoundIsRefused() {
        for (String text : List.of("x".repeat(5_000), "é".repeat(3_000))) {
            ServerType<State> next = restart(
                    new Probe.Script() {
                        @Override
                        Init<State> init(State state, ServerContext context) {
                            return Init.ok(state).metadata(Map.of("a", text));
                        }
                    },
                    1);
            assertThatThrownBy(() -> node.servers.start(next, "k", new State(1)))
                    .isInstanceOf(ConfigurationException.class);
            assertThat(node.servers.info("k")).isEmpty();
        }
    }

    @Test
    void olderStateIsMigratedAndNewerStateIsLeftAlone() {
        start().call(new Ask((state, self) -> Next.reply(0, new State(7)).sync()));
        ServerType<State> second = restart(
                new Probe.Script() {
                    @Override
                    State load(ServerType<State> type, StoredState stored) {
                        long n = stored.as(State.class).n();
                        return new State(stored.version() == 1 ? n * 100 : n);
                    }
                },
                2);
        ServerRef migrated = node.servers.ref(second, "k");
        assertThat(migrated.call(GET)).isEqualTo(700L);
        migrated.call(new Ask((state, self) -> Next.reply(0, new State(701)).sync()));
        assertThat(info().schemaVersion()).isEqualTo(2);
        ServerType<State> old = restart(script, 1);
        byte[] before = backend.read("t/k").orElseThrow();
        assertThat(reason(() -> node.servers.ref(old, "k").call(GET))).isEqualTo(Reason.RECORD_NEWER);
        assertThat(backend.read("t/k")).contains(before);
    }

    @Test
    void recordThatIsNotOursIsLeftAsItIs() {
        byte[] foreign = "{\"some\":\"thing\"}".getBytes(UTF_8);
        backend.overwrite("t/k", foreign);
        assertThat(reason(this::start)).isEqualTo(Reason.RECORD_FOREIGN);
        assertThat(backend.read("t/k")).contains(foreign);
        backend.remove("t/k");
        start().call(new Ask((state, self) -> Next.reply(0, new State(7)).sync()));
        node.servers.terminate("k", Termination.GRACEFUL);
        byte[] corrupt = backend.read("t/k").orElseThrow();
        corrupt[corrupt.length / 2] ^= 1;
        backend.overwrite("t/k", corrupt);
        assertThat(reason(this::start)).isEqualTo(Reason.RECORD_CORRUPT);
        assertThat(backend.read("t/k")).contains(corrupt);
        assertThat(node.servers.lookup("k")).isEmpty();
    }

    @Test
    void callOfAKeyWithoutRecordFindsNothing() {
        assertThat(reason(() -> node.servers.ref(type, "nobody").call(GET))).isEqualTo(Reason.NOT_FOUND);
        assertThat(reason(() ->
                        node.servers.start(type, "nobody", new State(1), StartOptions.DEFAULT.existingOnly(true))))
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(node.servers.info("nobody")).isEmpty();
        assertThat(node.servers.lookup("nobody")).isEmpty();
    }

    @Test
    void badKeysAreRefusedEverywhere() {
        List<ThrowingCallable> uses = List.of(
                () -> node.servers.start(type, "", new State(1)),
                () -> node.servers.ensureStarted(type, "__x", new State(1)),
                () -> node.servers.ref(type, "a\nb"),
                () -> node.servers.lookup("x".repeat(513)),
                () -> node.servers.info(""),
                () -> node.servers.terminate("", Termination.GRACEFUL));
        for (ThrowingCallable use : uses) {
            assertThat(catchThrowableOfType(ConfigurationException.class, use).reason())
                    .isEqualTo(ConfigurationException.Reason.INVALID_KEY);
        }
    }

    @Test
    void unregisteredTypeIsRefused() {
        ServerType<State> other = ServerType.of("other", State.class, () -> new Probe(script));
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> node.servers.start(other, "k", new State(1)), () -> node.servers.ref(other, "k"))) {
            assertThat(catchThrowableOfType(ConfigurationException.class, use).reason())
                    .isEqualTo(ConfigurationException.Reason.UNREGISTERED_TYPE);
        }
    }

    @Test
    void referenceOfTheWrongTypeHarmsNobody() {
        node.close();
        ServerType<State> other = ServerType.of("other", State.class, Other::new);
        node = LoneNode.start(backend, type, other);
        ServerRef right = start();
        right.call(new Ask((state, self) -> Next.reply(0, new State(5))));
        ServerRef wrong = node.servers.ref(other, "k");
        assertThat(reason(() -> wrong.call(new Other.Ping()))).isEqualTo(Reason.TYPE_MISMATCH);
        assertThat(wrong.callAsync(new Other.Ping()))
                .failsWithin(Duration.ofSeconds(2))
                .withThrowableThat()
                .withCauseInstanceOf(NotAppliedException.class);
        wrong.cast(new Other.Poke());
        assertThat(reason(() -> node.servers.ensureStarted(other, "k", new State(1))))
                .isEqualTo(Reason.TYPE_MISMATCH);
        assertThat(right.call(GET)).isEqualTo(5L);
        assertThat(info().epoch()).isEqualTo(1);
    }

    @Test
    void concurrentStartsBecomeOne() throws Exception {
        List<CompletableFuture<ServerRef>> starts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            starts.add(node.servers
                    .ensureStartedAsync(type, "k", new State(1), StartOptions.DEFAULT)
                    .toCompletableFuture());
        }
        CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        assertThat(info().epoch()).isEqualTo(1);
        assertThat(node.servers.localCount()).isEqualTo(1);
    }

    // Stopping.

    @Test
    void everyStopReasonLeavesItsStatusAndTheReplyComesAfterTheFinalWrite() {
        Map<StopReason, ServerStatus> statuses = Map.of(
                StopReason.normal(), ServerStatus.STOPPED_GRACEFUL,
                StopReason.permanent(), ServerStatus.STOPPED_PERMANENT,
                StopReason.error("sick"), ServerStatus.CRASHED);
        statuses.forEach((why, status) -> {
            script.seen.clear();
            ServerRef ref = start();
            long before = (long) ref.call(GET);
            assertThat(ref.call(stop(why))).isEqualTo("bye");
            assertThat(info().status()).isEqualTo(status);
            assertThat(script.seen).contains("terminate " + why.getClass().getSimpleName() + " " + (before + 1));
            assertThat(script.seen.contains("afterTerminate result " + status))
                    .isEqualTo(status != ServerStatus.CRASHED);
            assertThat(start().call(GET)).as("explicit start right after").isEqualTo(before + 1);
        });
    }

    @Test
    void stopWithoutReplyFromACastStopsToo() {
        start().cast(new Probe.Tell((state, self) -> Next.stop(StopReason.normal(), new State(9))));
        await().until(() -> info().status(), ServerStatus.STOPPED_GRACEFUL::equals);
        assertThat(start().call(GET)).isEqualTo(9L);
    }

    @Test
    void deleteOfAStoredServerThatDoesNotRunRemovesItsRecord() {
        start();
        assertThat(node.servers.terminate("k", Termination.GRACEFUL)).isTrue();
        assertThat(node.servers.info("k")).isPresent();
        assertThat(node.servers.terminate("k", Termination.DELETE)).isTrue();
        assertThat(node.servers.info("k")).isEmpty();
        assertThat(node.servers.terminate("k", Termination.DELETE)).isFalse();
    }

    @Test
    void deleteRemovesTheRecordAndTheNextStartBootsAfresh() {
        start().call(new Ask((state, self) -> Next.reply(0, new State(7)).sync()));
        assertThat(start().call(stop(StopReason.delete()))).isEqualTo("bye");
        assertThat(node.servers.info("k")).isEmpty();
        assertThat(start().call(GET)).isEqualTo(1L);
        assertThat(info().epoch()).isEqualTo(1);
        assertThat(node.servers.terminate("k", Termination.DELETE)).isTrue();
        assertThat(backend.read("t/k")).isEmpty();
    }

    @Test
    void serverStoppedForGoodComesBackByAnExplicitStartOnly() {
        ServerRef ref = start();
        assertThat(node.servers.terminate("k", Termination.PERMANENT)).isTrue();
        assertThat(reason(() -> ref.call(GET))).isEqualTo(Reason.NOT_RUNNING);
        assertThat(start().call(GET)).isEqualTo(1L);
        assertThat(info().status()).isEqualTo(ServerStatus.RUNNING);
    }

    @Test
    void terminateOfAServerThatNeverChangedIsASuccess() {
        start();
        assertThat(node.servers.terminate("k", Termination.GRACEFUL)).isTrue();
        assertThat(info().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(node.servers.lookup("k")).isEmpty();
        assertThat(node.servers.localCount()).isZero();
        assertThat(node.servers.terminate("k", Termination.GRACEFUL)).isFalse();
    }

    @Test
    void stopWhoseFinalWriteFailsSaysSo() {
        ServerRef ref = start();
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(reason(() -> ref.call(stop(StopReason.normal())))).isEqualTo(Reason.STORAGE_UNAVAILABLE);
        backend.fault(Fault.NONE, key -> false);
        start();
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(reason(() -> node.servers.terminate("k", Termination.GRACEFUL)))
                .isEqualTo(Reason.STORAGE_UNAVAILABLE);
        backend.fault(Fault.NONE, key -> false);
    }

    @Test
    void terminateThatThrowsStopsAllTheSame() {
        ServerType<State> next = restart(
                new Probe.Script() {
                    @Override
                    Object terminate(StopReason reason, State state) {
                        throw new IllegalStateException("no");
                    }
                },
                1);
        node.servers.start(next, "k", new State(1));
        assertThat(node.servers.terminate("k", Termination.GRACEFUL)).isTrue();
    }

    @Test
    void callsInTheMailboxOfAStoppingServerFindTheNextActivation() throws Exception {
        ServerRef ref = start();
        List<CompletionStage<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(ref.callAsync(i == 3 ? stop(StopReason.normal()) : GET));
        }
        for (CompletionStage<Object> call : calls) {
            call.toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    // The node.

    @Test
    void stateSurvivesARestartOfTheNode() {
        start().call(new Ask((state, self) -> Next.reply(0, new State(42))));
        ServerType<State> next = restart(script, 1);
        assertThat(info().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(node.servers.ref(next, "k").call(GET)).isEqualTo(42L);
        assertThat(info().epoch()).isEqualTo(2);
    }

    @Test
    void upgradeInPlaceCarriesTheStateOverAndFindsTheRightHandlers() {
        ServerRef ref = start();
        ref.call(new Ask((state, self) -> Next.reply(0, new State(3))));
        ServerType<State> next =
                ServerType.of("probe", State.class, () -> new Reordered()).version(2);
        node.servers.upgrade(next);
        assertThat(ref.call(GET)).isEqualTo(3_000L);
        assertThat(node.servers.ref(next, "k").call(GET)).isEqualTo(3_000L);
        assertThat(reason(() -> ref.call(new AskLater((state, self, replyTo) -> Next.state(state)))))
                .isEqualTo(Reason.NO_HANDLER);
        assertThat(ref.call(GET)).isEqualTo(3_000L);
        assertThatThrownBy(() -> node.servers.upgrade(next)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void closedNodeRefusesAndEndsWhatWaits() {
        ServerRef ref = start();
        CompletionStage<Object> waiting = ref.callAsync(
                new AskLater((state, self, replyTo) -> Next.state(state)), CallOptions.timeout(Duration.ofHours(1)));
        ref.call(GET);
        node.close();
        assertThat(waiting).failsWithin(Duration.ofSeconds(2));
        assertThat(reason(() -> node.servers.start(type, "k", new State(1)))).isEqualTo(Reason.NOT_READY);
        assertThat(ref.callAsync(GET)).failsWithin(Duration.ofSeconds(2));
        assertThat(reason(() -> ref.call(GET))).isEqualTo(Reason.NOT_READY);
        assertThat(node.servers.isReady()).isFalse();
    }

    @Test
    void nodeCutOffFromTheClusterStopsServing() {
        ServerRef ref = start();
        node.cluster.tell(new io.durableserver.spi.Membership.Event.Segmented());
        await().until(() -> node.servers.localCount() == 0);
        assertThat(catchThrowableOfType(
                        DurableServerException.class, () -> ref.call(GET, CallOptions.timeout(Duration.ofMillis(500)))))
                .isNotNull();
        assertThat(info().status()).isEqualTo(ServerStatus.RUNNING);
    }

    /** Another type with other handlers. */
    private static final class Other extends DurableServer<State> {
        record Ping() implements Call<String> {}

        record Poke() implements io.durableserver.Cast {}

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Ping.class, (state, ping) -> Next.reply("pong", state));
            on.cast(Poke.class, (state, poke) -> Next.state(state));
        }
    }

    /** The next version of the probe, with its handlers in another order and one of them gone. */
    private static final class Reordered extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.cast(Probe.Tell.class, (state, tell) -> Next.state(state));
            on.call(Ask.class, (state, ask) -> Next.reply(state.n(), state));
        }

        @Override
        protected State upgrade(int oldVersion, State state) {
            return new State(state.n() * 1_000 * oldVersion);
        }
    }
}

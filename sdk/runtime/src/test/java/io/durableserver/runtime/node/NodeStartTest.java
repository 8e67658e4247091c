package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How servers start and come back, through the public API of a whole node. */
final class NodeStartTest extends StoredNode {
    // Starting.

    @Test
    void startTellsARunningServerFromANewOne() {
        ServerRef ref = node.servers.start(type, "k", new State(1));
        assertThat(ref.key()).isEqualTo("k");
        assertThat(reason(() -> node.servers.start(type, "k", new State(1)))).isEqualTo(Reason.ALREADY_STARTED);
        assertThat(start().call(GET)).isEqualTo(1L);
        assertThat(node.servers.localCount()).isEqualTo(1);
        assertThat(node.servers.admin().lookup("k").orElseThrow().epoch()).isEqualTo(1);
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
        assertThat(node.servers.admin().lookup("k").orElseThrow().metadata()).containsEntry("room", "blue");
        assertThat(node.servers.admin().lookup("k").orElseThrow().permanent()).isTrue();
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
        assertThat(node.servers.admin().lookup("k")).isEmpty();
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
        assertThat(node.servers.admin().info("k")).isEmpty();
        assertThat(node.servers.admin().lookup("k")).isEmpty();
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
            assertThat(node.servers.admin().info("k")).isEmpty();
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
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        byte[] corrupt = backend.read("t/k").orElseThrow();
        corrupt[corrupt.length / 2] ^= 1;
        backend.overwrite("t/k", corrupt);
        assertThat(reason(this::start)).isEqualTo(Reason.RECORD_CORRUPT);
        assertThat(backend.read("t/k")).contains(corrupt);
        assertThat(node.servers.admin().lookup("k")).isEmpty();
    }

    @Test
    void callOfAKeyWithoutRecordFindsNothing() {
        assertThat(reason(() -> node.servers.ref(type, "nobody").call(GET))).isEqualTo(Reason.NOT_FOUND);
        assertThat(reason(() ->
                        node.servers.start(type, "nobody", new State(1), StartOptions.DEFAULT.existingOnly(true))))
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(node.servers.admin().info("nobody")).isEmpty();
        assertThat(node.servers.admin().lookup("nobody")).isEmpty();
    }

    @Test
    void badKeysAreRefusedEverywhere() {
        List<ThrowingCallable> uses = List.of(
                () -> node.servers.start(type, "", new State(1)),
                () -> node.servers.ensureStarted(type, "__x", new State(1)),
                () -> node.servers.ref(type, "a\nb"),
                () -> node.servers.admin().lookup("x".repeat(513)),
                () -> node.servers.admin().info(""),
                () -> node.servers.admin().terminate("", Termination.GRACEFUL));
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
        assertThat(reason(() -> wrong.cast(new Other.Poke()))).isEqualTo(Reason.TYPE_MISMATCH);
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
}

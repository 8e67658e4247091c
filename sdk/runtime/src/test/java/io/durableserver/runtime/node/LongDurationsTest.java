package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A duration of any length counts as what it is, or as for ever; none of them is a defect after the reply has left. */
final class LongDurationsTest extends ProbedNode {
    private static Stream<Duration> longOnes() {
        return Stream.of(
                Duration.ofDays(365L * 300),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofMillis(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    }

    private static Stream<Duration> notLongOnes() {
        return Stream.of(
                Duration.ZERO,
                Duration.ofNanos(-1),
                Duration.ofSeconds(-1),
                Duration.ofDays(-365L * 300),
                Duration.ofSeconds(Long.MIN_VALUE));
    }

    private void assertLives(ServerRef ref) {
        assertThat(ref.call(GET)).isEqualTo(2L);
        assertThat(node.servers.admin().lookup("k").orElseThrow().epoch()).isEqualTo(1);
        assertThat(script.seen).doesNotContain("timeout");
    }

    @ParameterizedTest
    @MethodSource("longOnes")
    void idleTimeout(Duration longOne) {
        ServerRef ref = ref();
        ref.call(new Ask((state, self) -> Next.reply("ok", new State(2)).idleTimeout(longOne)));
        assertLives(ref);
    }

    @ParameterizedTest
    @MethodSource("longOnes")
    void timerOfAServer(Duration longOne) {
        ServerRef ref = ref();
        ref.call(new Ask((state, self) -> {
            self.ctx().sendAfter(longOne, new Note((s, me) -> Next.state(new State(-1))));
            return Next.reply("ok", new State(2));
        }));
        assertLives(ref);
    }

    @ParameterizedTest
    @MethodSource("notLongOnes")
    void timerThatIsDueAlreadyFires(Duration over) {
        ServerRef ref = ref();
        ref.call(new Ask((state, self) -> {
            self.ctx().sendAfter(over, new Note((s, me) -> Next.state(new State(s.n() + 1))));
            return Next.reply("ok", new State(2));
        }));
        await().until(() -> ref.call(GET), n -> n.equals(3L));
    }

    @ParameterizedTest
    @MethodSource("notLongOnes")
    void idleTimeoutThatIsNoneFailsItsTurn(Duration over) {
        ServerRef ref = ref();
        ref.call(set(1));
        assertThatThrownBy(() -> ref.call(
                        new Ask((state, self) -> Next.reply("ok", new State(2)).idleTimeout(over))))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("idleTimeout");
        assertThat(ref.call(GET)).isEqualTo(1L);
    }

    @ParameterizedTest
    @MethodSource("longOnes")
    void intervalOfTheBackgroundSync(Duration longOne) {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state).syncPolicy(SyncPolicy.manual(longOne));
            }
        });
        ServerRef ref = ref();
        ref.call(set(2));
        assertLives(ref);
    }

    @ParameterizedTest
    @MethodSource("longOnes")
    void waitForTheNode(Duration longOne) {
        node.servers.awaitReady(longOne);
        assertThat(node.servers.isReady()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("notLongOnes")
    void noWaitForTheNode(Duration over) {
        node.servers.awaitReady(over);
        assertThat(node.servers.isReady()).isTrue();
    }

    @Test
    void nanosecondsAreBoundedAtBothEnds() {
        assertThat(longOnes().map(TimeSource::nanos)).containsOnly(TimeSource.FOREVER_NANOS);
        assertThat(notLongOnes().map(TimeSource::nanos)).containsOnly(0L);
        for (long nanos : List.of(1L, 999_999_999L, 1_000_000_000L, TimeSource.FOREVER_NANOS - 1_000_000_000L)) {
            assertThat(TimeSource.nanos(Duration.ofNanos(nanos))).isEqualTo(nanos);
        }
        assertThat(TimeSource.nanos(Duration.ofNanos(TimeSource.FOREVER_NANOS + 1)))
                .isEqualTo(TimeSource.FOREVER_NANOS);
    }

    /** Handles no timeout, and asks for one in a handler or at its start. */
    private static final class Untimed extends DurableServer<State> {
        private final boolean atStart;

        Untimed(boolean atStart) {
            this.atStart = atStart;
        }

        @Override
        protected Init<State> init(State state, ServerContext context) {
            return atStart ? Init.ok(state).idleTimeout(Duration.ofHours(1)) : Init.ok(state);
        }

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Ask.class, (state, ask) -> Next.reply(state.n(), state).idleTimeout(Duration.ofHours(1)));
        }
    }

    @Test
    void timeoutOfATypeWithoutTimeoutHandlerFailsItsTurnOrStart() {
        node.close();
        ServerType<State> type = ServerType.of("untimed", State.class, () -> new Untimed(false));
        ServerType<State> atStart = ServerType.of("untimed-at-start", State.class, () -> new Untimed(true));
        node = LoneNode.start(type, atStart);
        assertThatThrownBy(() -> node.servers.ensureStarted(atStart, "s", new State(0)))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("idleTimeout");
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(0));
        assertThatThrownBy(() -> ref.call(GET))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("timeout");
    }
}

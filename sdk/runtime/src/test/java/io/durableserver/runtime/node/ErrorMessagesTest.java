package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the message of an error says, for people who read logs. */
final class ErrorMessagesTest extends ProbedNode {
    @Test
    void closedNodeSaysSoAtOnceWhateverItIsAsked() {
        ServerRef ref = ref();
        String closed = "[NOT_READY, retryable] The node is closed {node=" + node.servers.session() + ", prefix=t/}";
        node.close();
        ServerType<State> type = Probe.type(script);
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> ref.call(GET),
                () -> ref.cast(new Tell((state, self) -> Next.state(state))),
                () -> node.servers.admin().info("k"),
                () -> node.servers.admin().lookup("k"),
                () -> node.servers.start(type, "k", new State(0)),
                () -> node.servers.ensureStarted(type, "k", new State(0)),
                () -> node.servers.admin().terminate("k", Termination.GRACEFUL),
                () -> node.servers.awaitReady(Duration.ofMinutes(1)))) {
            assertThat(catchThrowable(use)).hasMessage(closed);
        }
        for (Supplier<CompletionStage<?>> use : List.<Supplier<CompletionStage<?>>>of(
                () -> ref.callAsync(GET),
                () -> node.servers.admin().infoAsync("k"),
                () -> node.servers.admin().lookupAsync("k"),
                () -> node.servers.startAsync(type, "k", new State(0), StartOptions.DEFAULT),
                () -> node.servers.ensureStartedAsync(type, "k", new State(0), StartOptions.DEFAULT),
                () -> node.servers.admin().terminateAsync("k", Termination.GRACEFUL),
                () -> node.servers.awaitReadyAsync(Duration.ofMinutes(1)))) {
            assertThat(use.get())
                    .failsWithin(Duration.ofSeconds(1))
                    .withThrowableThat()
                    .withMessageContaining(closed);
        }
    }

    @Test
    void whatAHandlerThrewIsNamedWithoutAMessageToo() {
        assertThat(catchThrowable(() -> ref().call(new Ask((state, self) -> {
                    throw new IllegalStateException();
                }))))
                .hasMessage("[HANDLER_FAILED] java.lang.IllegalStateException {key=k}");
        assertThat(catchThrowable(() -> ref().call(new Ask((state, self) -> {
                    throw new StackOverflowError();
                }))))
                .hasMessage("[HANDLER_FAILED] java.lang.StackOverflowError {key=k}");
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void nullStateIsNamed() {
        assertThat(catchThrowable(() -> ref().call(new Ask((state, self) -> Next.reply(1, null)))))
                .hasMessageStartingWith("[HANDLER_FAILED] java.lang.NullPointerException: Next.reply")
                .hasMessageContaining("null state");
    }

    @Test
    void keyOfAnotherTypeIsToldInOneWording() {
        node.close();
        ServerType<State> other = ServerType.of("other", State.class, () -> new Probe(script));
        node = LoneNode.start(Probe.type(script), other);
        ref();
        String wording =
                "[TYPE_MISMATCH] The key belongs to a server of another type {key=k, asked=other, stored=probe}";
        List<ThrowingCallable> uses = List.of(
                () -> node.servers.ref(other, "k").call(GET),
                () -> node.servers.start(other, "k", new State(1)),
                () -> node.servers.ensureStarted(other, "k", new State(1)));
        for (ThrowingCallable use : uses) {
            assertThat(catchThrowable(use)).hasMessage(wording);
        }
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        for (ThrowingCallable use : uses) {
            assertThat(catchThrowable(use)).hasMessage(wording);
        }
    }
}

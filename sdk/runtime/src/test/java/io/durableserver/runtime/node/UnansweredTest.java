package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.CallOptions;
import io.durableserver.HandlerFailedException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ReplyTo;
import io.durableserver.ServerRef;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.State;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers that are to be answered later, and whose server ends before it answers them. */
@Timeout(60)
class UnansweredTest {
    private static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    private final CompletableFuture<ReplyTo<Object>> kept = new CompletableFuture<>();
    private final Probe.Script script = new Probe.Script() {
        @Override
        void afterTerminate(@Nullable Object result, StopInfo info) throws Exception {
            if (answers) {
                kept.join().reply("on the way out");
            }
        }
    };
    private final LoneNode node = LoneNode.start(Probe.type(script));
    private volatile boolean answers;

    @AfterEach
    void close() {
        node.close();
    }

    private ServerRef ref() {
        return node.servers.ensureStarted(Probe.type(script), "k", new State(0));
    }

    /** A caller that waits for an hour, and whose turn has run. */
    private CompletableFuture<Object> waiting() {
        CompletableFuture<Object> waiting = ref().callAsync(
                        new AskLater((state, self, replyTo) -> {
                            kept.complete(replyTo);
                            return Next.state(new State(state.n() + 1));
                        }),
                        CallOptions.timeout(Duration.ofHours(1)))
                .toCompletableFuture();
        ref().call(GET);
        assertThat(waiting).isNotDone();
        return waiting;
    }

    /** Its turn ran and was stored: nobody may call it not applied. */
    private static void assertUnknown(CompletableFuture<Object> waiting) {
        assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.OWNER_LOST))
                .hasMessageContaining("before it answered");
    }

    @ParameterizedTest
    @EnumSource
    void aStopEndsThem(Termination how) {
        CompletableFuture<Object> waiting = waiting();
        assertThat(node.servers.admin().terminate("k", how)).isTrue();
        assertUnknown(waiting);
        // An answer after the end goes nowhere, and the next life is not disturbed by it.
        kept.join().reply("too late");
        assertThat(ref().call(GET)).isEqualTo(how == Termination.DELETE ? 0L : 1L);
    }

    @Test
    void aTurnThatStopsTheServerEndsThem() {
        CompletableFuture<Object> waiting = waiting();
        assertThat(ref().call(new Ask((state, self) -> Next.reply("bye", state).thenStop(StopReason.normal()))))
                .isEqualTo("bye");
        assertUnknown(waiting);
    }

    @Test
    void aCrashEndsThem() {
        CompletableFuture<Object> waiting = waiting();
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    throw new IllegalStateException("boom");
                })))
                .isInstanceOf(HandlerFailedException.class);
        assertUnknown(waiting);
    }

    @Test
    void aCallerWhoseOwnTurnFailsHearsOfThat() {
        assertThatThrownBy(() -> ref().call(new AskLater((state, self, replyTo) -> {
                    throw new IllegalStateException("boom");
                })))
                .isInstanceOf(HandlerFailedException.class);
    }

    @Test
    void theyMayBeAnsweredOnTheWayOut() throws Exception {
        CompletableFuture<Object> waiting = waiting();
        answers = true;
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo("on the way out");
    }
}

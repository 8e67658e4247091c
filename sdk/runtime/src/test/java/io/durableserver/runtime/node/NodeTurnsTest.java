package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.HandlerFailedException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerStatus;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a turn can ask for, through the public API of a whole node. */
final class NodeTurnsTest extends ProbedNode {
    // Replies.

    @Test
    void callChangesTheStateAndReplies() throws Exception {
        assertThat(ref().call(set(7))).isEqualTo(7L);
        assertThat(ref().call(GET)).isEqualTo(7L);
        assertThat(ref().callAsync(GET).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(7L);
    }

    @Test
    void castsOfOneSenderRunInOrder() {
        for (int i = 1; i <= 100; i++) {
            long expected = i - 1L;
            ref().cast(new Tell((state, self) -> Next.state(new State(state.n() == expected ? expected + 1 : -1))));
        }
        assertThat(ref().call(GET)).isEqualTo(100L);
    }

    @Test
    void infoMessagesComeFromTheServerItselfAndFromItsTimers() {
        ref().call(new Ask((state, self) -> {
            self.ctx().send(new Note((s, me) -> Next.state(new State(s.n() + 1))));
            self.ctx().sendAfter(Duration.ofMillis(5), new Note((s, me) -> Next.state(new State(s.n() + 10))));
            self.ctx()
                    .sendAfter(Duration.ofHours(1), new Note((s, me) -> Next.state(new State(-1))))
                    .close();
            return Next.reply(0, state);
        }));
        await().until(() -> ref().call(GET), n -> n.equals(11L));
    }

    @Test
    void infoWithoutHandlerIsRefused() {
        assertThat(ref().call(new Ask((state, self) -> Next.reply(
                        String.valueOf(notApplied(() -> self.ctx().send("x")).reason()), state))))
                .isEqualTo("NO_HANDLER");
    }

    @Test
    void aContinuationIsNoMessageThatEndsTheIdleTimeout() {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state)
                        .idleTimeout(Duration.ofMillis(5))
                        .thenContinue(new Note((s, me) -> Next.state(new State(1))));
            }

            @Override
            Next<State> timeout(State state) {
                return Next.state(new State(state.n() + 9));
            }
        });
        ref();
        await().until(() -> ref().call(GET), n -> n.equals(10L));
    }

    @Test
    void initMaySetTheFirstIdleTimeout() {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state).idleTimeout(Duration.ofMillis(1));
            }

            @Override
            Next<State> timeout(State state) {
                return Next.state(new State(9));
            }
        });
        ref();
        await().until(() -> ref().call(GET), n -> n.equals(9L));
    }

    @Test
    void continuationRunsBeforeTheMailbox() throws Exception {
        List<String> order = new ArrayList<>();
        CountDownLatch queued = new CountDownLatch(1);
        CompletableFuture<Object> first = ref().callAsync(new Ask((state, self) -> {
                    queued.await();
                    return Next.reply(0, state).thenContinue(new Note((s, me) -> {
                        order.add("continuation");
                        return Next.state(s);
                    }));
                }))
                .toCompletableFuture();
        CompletableFuture<Object> second = ref().callAsync(new Ask((state, self) -> {
                    order.add("mail");
                    return Next.reply(0, state);
                }))
                .toCompletableFuture();
        queued.countDown();
        CompletableFuture.allOf(first, second).get(5, TimeUnit.SECONDS);
        assertThat(order).containsExactly("continuation", "mail");
    }

    @Test
    void continuationWithoutHandlerFailsItsTurnBeforeAnythingOfItCounts() {
        assertThatThrownBy(() -> ref().call(new Ask(
                        (state, self) -> Next.reply(0, new State(9)).thenContinue("nobody handles strings"))))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("java.lang.String");
        await().until(() -> node.servers.admin().info("k").orElseThrow().status(), ServerStatus.CRASHED::equals);
    }

    @Test
    void idleTimeoutFiresUnlessAMessageComesFirst() {
        ref().call(new Ask((state, self) -> Next.reply(0, state).idleTimeout(Duration.ofHours(1))));
        ref().call(GET);
        assertThat(script.seen).doesNotContain("timeout");
        ref().call(new Ask((state, self) -> Next.reply(0, state).idleTimeout(Duration.ofMillis(1))));
        await().until(() -> script.seen.contains("timeout"));
    }

    @Test
    void deferredReplyComesInItsTurnOrFromAnyThreadLater() throws Exception {
        assertThat(ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.reply("now");
                    return Next.state(state);
                })))
                .isEqualTo("now");
        CompletableFuture<ReplyTo<Object>> kept = new CompletableFuture<>();
        CompletableFuture<Object> later = ref().callAsync(new AskLater((state, self, replyTo) -> {
                    kept.complete(replyTo);
                    return Next.state(state);
                }))
                .toCompletableFuture();
        ref().call(GET);
        assertThat(later).isNotDone();
        kept.join().reply("later");
        kept.join().reply("too late");
        assertThat(later.get(5, TimeUnit.SECONDS)).isEqualTo("later");
    }

    @Test
    void deferredFailureIsAHandlerFailure() {
        assertThatThrownBy(() -> ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.fail(new IllegalArgumentException("no"));
                    return Next.state(state);
                })))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("no");
    }

    @Test
    void deferredReplyOfAnotherCallInACrashingTurnIsNotLeftHanging() throws Exception {
        CompletableFuture<ReplyTo<Object>> kept = new CompletableFuture<>();
        CompletableFuture<Object> waiting = ref().callAsync(
                        new AskLater((state, self, replyTo) -> {
                            kept.complete(replyTo);
                            return Next.state(state);
                        }),
                        CallOptions.timeout(Duration.ofHours(1)))
                .toCompletableFuture();
        ref().call(GET);
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    kept.join().reply("from a turn that fails");
                    throw new IllegalStateException("boom");
                })))
                .isInstanceOf(HandlerFailedException.class);
        assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(OutcomeUnknownException.class);
    }
}

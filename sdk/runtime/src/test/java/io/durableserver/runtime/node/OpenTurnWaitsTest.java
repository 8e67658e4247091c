package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Reply;
import io.durableserver.ServerRef;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.NoteOpen;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an open turn waits for, and what waits for it. */
@SuppressWarnings("FutureReturnValueIgnored") // what ends is looked at elsewhere
final class OpenTurnWaitsTest extends ProbedNode {
    private static Object get(CompletableFuture<?> of) throws Exception {
        return of.get(15, TimeUnit.SECONDS);
    }

    /** The probe observes its writes: onSync has to wait for the open turn, which waits for the next write. */
    @Test
    void writeThatAnOpenTurnWaitsForBeginsWhileOnSyncWaitsForTheTurn() throws Exception {
        ServerRef other = ref("other");
        ServerRef ref = ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> first = ref.callAsync(setSynced(1)).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        CompletableFuture<Object> second = ref.callAsync(setSynced(2)).toCompletableFuture();
        CountDownLatch open = new CountDownLatch(1);
        CompletableFuture<Object> third = ref.callAsync(new AskOpen((state, self) -> {
                    CompletableFuture<Reply<State, ?>> asked = other.callAsync(GET)
                            .thenApply(n -> Next.reply(n, state))
                            .toCompletableFuture()
                            .thenApply(r -> r);
                    open.countDown();
                    return asked;
                }))
                .toCompletableFuture();
        open.await();
        node.backend.release();
        assertThat(get(first)).isEqualTo(1L);
        assertThat(get(second)).isEqualTo(2L);
        assertThat(get(third)).isEqualTo(0L);
        await().until(() -> script.seen.contains("onSync 2"));
    }

    @Test
    void partsThatWaitWithinEachOtherAllEnd() throws Exception {
        ServerRef other = ref("other");
        for (int i = 0; i < 200; i++) {
            assertThat(get(ref().callAsync(new AskOpen((state, self) -> {
                                CompletableFuture<Object> inner = new CompletableFuture<>();
                                CompletableFuture<Object> outer = other.callAsync(GET)
                                        .thenApply(n -> {
                                            Object nested = other.callAsync(GET)
                                                    .thenApply(m -> m)
                                                    .toCompletableFuture()
                                                    .join();
                                            inner.complete(nested);
                                            return nested;
                                        })
                                        .toCompletableFuture();
                                Object got = outer.join();
                                Object more = other.callAsync(GET)
                                        .thenApply(m -> m)
                                        .toCompletableFuture()
                                        .get(10, TimeUnit.SECONDS);
                                return CompletableFuture.completedFuture(
                                        Next.reply(got + "" + inner.join() + more, state));
                            }))
                            .toCompletableFuture()))
                    .isEqualTo("000");
        }
    }

    @Test
    void stageThatEndsOnAnotherThreadWakesTheTurnThatWaitsForIt() throws Exception {
        ServerRef other = ref("other");
        for (int i = 0; i < 200; i++) {
            assertThat(get(ref().callAsync(new AskOpen((state, self) -> CompletableFuture.completedFuture(Next.reply(
                                    other.callAsync(GET)
                                            .thenApplyAsync(n -> n, task -> new Thread(task, "elsewhere").start())
                                            .toCompletableFuture()
                                            .join(),
                                    state))))
                            .toCompletableFuture()))
                    .isEqualTo(0L);
        }
    }

    @Test
    void turnThatOutlivesItsServerEndsAtOnce() throws Exception {
        ServerRef other = ref("other");
        ServerRef ref = ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> first = ref.callAsync(setSynced(5)).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        CompletableFuture<Reply<State, ?>> never = new CompletableFuture<>();
        AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Object> open = ref.callAsync(new AskOpen((state, self) -> {
                    waits.countDown();
                    refused.set(catchThrowable(() -> other.call(GET)));
                    return never;
                }))
                .toCompletableFuture();
        waits.await();
        node.servers.fence();
        for (CompletableFuture<Object> lost : List.of(first, open)) {
            assertThat(catchThrowable(() -> get(lost))).hasCauseInstanceOf(OutcomeUnknownException.class);
        }
        await().until(() -> refused.get() != null);
        await().until(never::isCancelled);
    }

    @Test
    void stateBeforeAnOpenTurnIsStoredWhileItIsOpen() throws Exception {
        node.close();
        node = LoneNode.start(Probe.type(script).syncPolicy(SyncPolicy.manual(Duration.ofMillis(50))));
        ServerRef ref = ref();
        CompletableFuture<Reply<State, ?>> stage = new CompletableFuture<>();
        ref.call(set(3));
        CompletableFuture<Object> open =
                ref.callAsync(new AskOpen((state, self) -> stage)).toCompletableFuture();
        await().until(() -> writes() >= 2);
        assertThat(open).isNotDone();
        stage.complete(Next.reply("x", new State(4)));
        assertThat(get(open)).isEqualTo("x");
    }

    @Test
    void idleTimeoutThatComesInAnOpenTurnLeavesItsContinuation() throws Exception {
        ServerRef ref = ref();
        CompletableFuture<Next<State>> stage = new CompletableFuture<>();
        CountDownLatch open = new CountDownLatch(1);
        ref.cast(new Tell((state, self) -> Next.state(state)
                .idleTimeout(Duration.ofMillis(20))
                .thenContinue(new NoteOpen((now, same) -> {
                    open.countDown();
                    return stage;
                }))));
        open.await();
        await().pollDelay(Duration.ofMillis(100)).until(() -> true); // the timeout comes meanwhile
        stage.complete(Next.state(new State(1))
                .thenContinue(new Note((now, same) -> Next.state(new State(now.n() + 1)))));
        await().until(() -> script.seen.contains("timeout"));
        assertThat(ref.call(GET)).isEqualTo(2L);
    }

    @Test
    void partsOfTheApplicationAreBounded() throws Exception {
        CompletableFuture<Object> answer = ref().callAsync(new AskOpen((state, self) -> {
                    int taken = 0;
                    try {
                        while (taken < 10_000_000) {
                            self.ctx().executor().execute(() -> {});
                            taken++;
                        }
                    } catch (RejectedExecutionException full) {
                        assertThat(full).hasMessageContaining("limits.mailboxCapacity");
                    }
                    return CompletableFuture.completedFuture(Next.reply((long) taken, state));
                }))
                .toCompletableFuture();
        assertThat((long) get(answer)).isPositive().isLessThan(10_000_000);
    }

    @Test
    void operatorEndsAHandlerThatWaitsForItsPart() throws Exception {
        ServerRef other = ref("other");
        CompletableFuture<Object> never = new CompletableFuture<>();
        CountDownLatch ran = new CountDownLatch(1);
        CompletableFuture<Object> answer = ref().callAsync(new AskOpen((state, self) -> {
                    String how = "ended";
                    try {
                        other.callAsync(new Ask((s, o) -> Next.reply(1L, s)))
                                .thenCompose(n -> {
                                    ran.countDown();
                                    return never;
                                })
                                .toCompletableFuture()
                                .get(1, TimeUnit.MINUTES);
                    } catch (InterruptedException interrupted) {
                        how = "interrupted";
                    }
                    return CompletableFuture.completedFuture(Next.reply(how, state));
                }))
                .toCompletableFuture();
        ran.await();
        assertThat(node.servers.admin().interruptTurn("k")).isTrue();
        assertThat(get(answer)).isEqualTo("interrupted");
    }
}

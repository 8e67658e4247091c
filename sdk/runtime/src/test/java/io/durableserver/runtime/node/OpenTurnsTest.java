package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.HandlerFailedException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ServerRef;
import io.durableserver.Termination;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.NoteOpen;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.node.Probe.TellOpen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Turns whose handler returns a stage. */
@SuppressWarnings("FutureReturnValueIgnored") // what ends is looked at elsewhere
final class OpenTurnsTest extends ProbedNode {
    private final CompletableFuture<Reply<State, ?>> stage = new CompletableFuture<>();
    private final CountDownLatch opened = new CountDownLatch(1);

    private AskOpen open() {
        return new AskOpen((state, self) -> {
            opened.countDown();
            return stage;
        });
    }

    private ServerRef opened(CompletableFuture<Object> answer) throws InterruptedException {
        ServerRef ref = ref();
        ref.callAsync(open()).whenComplete((value, failure) -> {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        opened.await();
        return ref;
    }

    private void restart(Duration turnDeadline) {
        node.close();
        node = LoneNode.start(Probe.type(script).turnDeadline(turnDeadline).slowTurn(Duration.ofMillis(1)));
    }

    private static <T extends Throwable> T cause(Class<T> type, CompletableFuture<?> of) {
        CompletionException thrown = catchThrowableOfType(
                CompletionException.class,
                () -> of.orTimeout(20, TimeUnit.SECONDS).join());
        assertThat(thrown.getCause()).isInstanceOf(type);
        return type.cast(thrown.getCause());
    }

    @Test
    void noOtherTurnRunsUntilTheStageEndsAndItsStateIsTheNextOnes() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ServerRef ref = opened(answer);
        CompletableFuture<Object> behind = ref.callAsync(GET).toCompletableFuture();
        assertThat(node.servers
                        .ensureStarted(Probe.type(script), "other", new State(3))
                        .call(GET))
                .isEqualTo(3L);
        assertThat(behind).isNotDone();
        stage.complete(Next.reply("done", new State(7)));
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(behind.get(10, TimeUnit.SECONDS)).isEqualTo(7L);
    }

    @Test
    void stageThatIsDoneAlreadyEndsTheTurnAtOnce() {
        AskOpen done = new AskOpen(
                (state, self) -> CompletableFuture.completedFuture(Next.reply(state.n(), new State(state.n() + 1))));
        ServerRef ref = ref();
        assertThat(ref.call(done)).isEqualTo(0L);
        assertThat(ref.call(done)).isEqualTo(1L);
        node.close();
        node = LoneNode.start(Probe.type(script).inPlace());
        ServerRef near = node.servers.ensureStarted(Probe.type(script), "k", new State(0));
        AskOpen inPlace = new AskOpen(
                (state, self) -> CompletableFuture.completedFuture(Next.reply(Thread.currentThread(), state)));
        await().until(() -> near.call(inPlace) == Thread.currentThread());
    }

    @Test
    void openTurnOfACallInPlaceIsWaitedFor() {
        node.close();
        node = LoneNode.start(Probe.type(script).inPlace());
        ServerRef ref = node.servers.ensureStarted(Probe.type(script), "k", new State(1));
        assertThat(ref.call(new AskOpen((state, self) -> CompletableFuture.supplyAsync(
                        () -> Next.reply(state.n(), state),
                        CompletableFuture.delayedExecutor(
                                20, TimeUnit.MILLISECONDS, self.ctx().executor())))))
                .isEqualTo(1L);
        assertThat(ref.call(GET)).isEqualTo(1L);
    }

    @Test
    void openTurnHoldsNoThread() throws Exception {
        List<CompletableFuture<Reply<State, ?>>> stages = new CopyOnWriteArrayList<>();
        AskOpen one = new AskOpen((state, self) -> {
            CompletableFuture<Reply<State, ?>> mine = new CompletableFuture<>();
            stages.add(mine);
            return mine;
        });
        List<CompletableFuture<Object>> answers = new CopyOnWriteArrayList<>();
        int before = Thread.activeCount();
        for (int i = 0; i < 300; i++) {
            answers.add(ref("s" + i).callAsync(one).toCompletableFuture());
        }
        await().until(() -> stages.size() == 300);
        assertThat(Thread.activeCount() - before).isLessThan(100);
        stages.forEach(stage -> stage.complete(Next.reply("x", new State(1))));
        for (CompletableFuture<Object> answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("x");
        }
    }

    @Test
    void castsInfosAndContinuationsStayOpenToo() {
        CompletableFuture<Next<State>> end = new CompletableFuture<>();
        ServerRef ref = ref();
        ref.cast(new TellOpen((state, self) -> {
            self.ctx()
                    .send(new NoteOpen((now, same) -> CompletableFuture.supplyAsync(
                            () -> Next.state(new State(now.n() * 10 + 2))
                                    .thenContinue(new NoteOpen((then, me) -> CompletableFuture.supplyAsync(
                                            () -> Next.state(new State(then.n() * 10 + 3)),
                                            me.ctx().executor()))),
                            same.ctx().executor())));
            return end;
        }));
        end.complete(Next.state(new State(1)));
        await().until(() -> ref.call(GET).equals(123L));
    }

    @Test
    void failedStageCrashesTheServerAndTheStateBeforeItStays() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ServerRef ref = opened(answer);
        stage.completeExceptionally(new CompletionException(new IllegalStateException("no")));
        assertThat(cause(HandlerFailedException.class, answer))
                .hasMessageContaining("no")
                .hasMessageContaining(IllegalStateException.class.getName());
        assertThat(ref.call(GET)).isEqualTo(0L);
        assertThat(script.seen).contains("terminate Failure 0");
    }

    @Test
    void stageThatBringsNothingOrTheWrongThingFails() {
        ServerRef ref = ref();
        for (@Nullable Object wrong : new @Nullable Object[] {null, "text", Next.state(new State(1))}) {
            @SuppressWarnings({"unchecked", "NullAway"}) // what it must not bring
            AskOpen lie = new AskOpen((state, self) ->
                    (CompletionStage<Reply<State, ?>>) (CompletionStage<?>) CompletableFuture.completedFuture(wrong));
            assertThatThrownBy(() -> ref.call(lie)).isInstanceOf(HandlerFailedException.class);
        }
        @SuppressWarnings("NullAway") // what it must not return
        AskOpen none = new AskOpen((state, self) -> null);
        assertThatThrownBy(() -> ref.call(none)).isInstanceOf(HandlerFailedException.class);
        assertThat(ref.call(GET)).isEqualTo(0L);
    }

    @Test
    void rejectionLeavesTheServerAsItWas() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ServerRef ref = opened(answer);
        stage.completeExceptionally(new CompletionException(new RejectedException("SOLD", "none left", Map.of())));
        assertThat(cause(RejectedException.class, answer).code()).isEqualTo("SOLD");
        assertThatThrownBy(() -> ref.call(new AskOpen(
                        (state, self) -> CompletableFuture.completedFuture(Next.reject("NOT", "like this", Map.of())))))
                .isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> ref.call(new AskOpen((state, self) -> {
                    throw new RejectedException("AT_ONCE", "no", Map.of());
                })))
                .isInstanceOf(RejectedException.class);
        assertThat(ref.call(GET)).isEqualTo(0L);
        assertThat(script.seen).isEmpty();
    }

    @Test
    void partsRunOnTheServersThreadWithItsChainAndAfterItsGate() throws Exception {
        ServerRef other = ref("other");
        ServerRef ref = ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> first = ref.callAsync(setSynced(5)).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        List<String> told = new CopyOnWriteArrayList<>();
        CompletableFuture<Object> second = ref.callAsync(new AskOpen((state, self) -> CompletableFuture.runAsync(
                                () -> {}, self.ctx().executor())
                        .thenCompose(done -> other.callAsync(new Ask((theirs, o) -> {
                            told.add("reached");
                            return Next.reply(theirs.n(), theirs);
                        })))
                        .thenCompose(n -> ref.callAsync(GET).handle((value, failure) -> {
                            told.add(
                                    failure instanceof NotAppliedException refused
                                            ? refused.reason().name()
                                            : String.valueOf(failure));
                            return Next.reply(n, new State(state.n() + 1));
                        }))))
                .toCompletableFuture();
        CompletableFuture<Object> third = ref.callAsync(GET).toCompletableFuture();
        await().pollDelay(Duration.ofMillis(50)).until(() -> !third.isDone());
        assertThat(told).isEmpty(); // the call waits at the gate of the turn before
        node.backend.release();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(5L);
        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(0L);
        assertThat(third.get(10, TimeUnit.SECONDS)).isEqualTo(6L);
        assertThat(told).containsExactly("reached", "CALL_RING");
    }

    @Test
    void blockingForAStageOfTheTurnRunsItsPartsMeanwhile() {
        ServerRef other = ref("other");
        assertThat(ref().call(new AskOpen((state, self) -> {
                    Object got = other.callAsync(GET)
                            .thenApply(n -> "got " + n)
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS);
                    Object again = other.callAsync(GET)
                            .thenApply(n -> " and " + n)
                            .toCompletableFuture()
                            .join();
                    return CompletableFuture.completedFuture(Next.reply(got + "" + again, state));
                })))
                .isEqualTo("got 0 and 0");
    }

    @Test
    void castsOfAnOpenTurnLeaveWithItAndNotWhenItIsRefused() throws Exception {
        ServerRef other = ref("other");
        Tell count = new Tell((state, self) -> Next.state(new State(state.n() + 1)));
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ServerRef ref = ref();
        ref.callAsync(new AskOpen((state, self) -> {
                    other.cast(count);
                    opened.countDown();
                    return stage;
                }))
                .thenAccept(answer::complete);
        opened.await();
        assertThat(other.call(GET)).isEqualTo(0L);
        stage.complete(Next.reply("x", new State(1)));
        answer.get(10, TimeUnit.SECONDS);
        await().until(() -> other.call(GET).equals(1L));
        assertThatThrownBy(() -> ref.call(new AskOpen((state, self) -> {
                    other.cast(count);
                    return CompletableFuture.failedFuture(new RejectedException("NO", "no", Map.of()));
                })))
                .isInstanceOf(RejectedException.class);
        assertThat(ref.call(GET)).isEqualTo(1L);
        assertThat(other.call(GET)).isEqualTo(1L);
    }

    @Test
    void turnThatPassesItsDeadlineIsAbandonedAndTheServerGoesOn() throws Exception {
        restart(Duration.ofMillis(50));
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ServerRef ref = opened(answer);
        CompletableFuture<Object> behind = ref.callAsync(GET).toCompletableFuture();
        OutcomeUnknownException unknown = cause(OutcomeUnknownException.class, answer);
        assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE);
        assertThat(unknown).hasMessageContaining("type.turnDeadline");
        assertThat(behind.get(10, TimeUnit.SECONDS)).isEqualTo(0L);
        assertThat(script.seen).isEmpty();
        await().until(stage::isCancelled);
        // What comes late is not applied.
        assertThat(ref.call(GET)).isEqualTo(0L);
    }

    @Test
    void whatATurnDidToItsOwnServerIsTakenBackWhenItIsAbandoned() throws Exception {
        restart(Duration.ofMillis(50));
        CompletableFuture<io.durableserver.ReplyTo<Object>> way = new CompletableFuture<>();
        ServerRef ref = ref();
        CompletableFuture<Object> deferred = ref.callAsync(new AskLater((state, self, replyTo) -> {
                    way.complete(replyTo);
                    return Next.state(state);
                }))
                .toCompletableFuture();
        CompletableFuture<Object> lost = ref.callAsync(new AskOpen((state, self) -> {
                    way.join().reply("of a turn that does not count");
                    return stage;
                }))
                .toCompletableFuture();
        cause(OutcomeUnknownException.class, lost);
        assertThat(deferred).isNotDone();
        ref.call(new Ask((state, self) -> {
            way.join().reply("of one that does");
            return Next.reply(1L, state);
        }));
        assertThat(deferred.get(10, TimeUnit.SECONDS)).isEqualTo("of one that does");
    }

    @Test
    void afterTheTurnItsPartsMayAskNobody() throws Exception {
        ServerRef other = ref("other");
        AtomicReference<@Nullable Executor> kept = new AtomicReference<>();
        ServerRef ref = ref();
        ref.call(new AskOpen((state, self) -> {
            kept.set(self.ctx().executor());
            return CompletableFuture.completedFuture(Next.reply(1L, state));
        }));
        Executor late = java.util.Objects.requireNonNull(kept.get());
        CompletableFuture<Object> call = CompletableFuture.supplyAsync(() -> other.call(GET), late);
        CompletableFuture<Void> cast =
                CompletableFuture.runAsync(() -> other.cast(new Tell((state, self) -> Next.state(new State(9)))), late);
        CompletableFuture<Object> async =
                CompletableFuture.supplyAsync(() -> other.callAsync(GET), late).thenCompose(stage -> stage);
        for (CompletableFuture<?> refused : List.of(call, cast, async)) {
            assertThat(cause(ConfigurationException.class, refused))
                    .hasMessageContaining("over")
                    .satisfies(error ->
                            assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.NOT_ALLOWED_HERE));
        }
        assertThat(other.call(GET)).isEqualTo(0L);
        assertThat(CompletableFuture.supplyAsync(() -> "ran", late).get(10, TimeUnit.SECONDS))
                .isEqualTo("ran");
    }

    @Test
    void partsThatAnEndedTurnLeftRunAfterIt() throws Exception {
        CompletableFuture<List<String>> ran = new CompletableFuture<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        Object reply = ref().call(new AskOpen((state, self) -> {
            Executor parts = self.ctx().executor();
            parts.execute(() -> seen.add("first"));
            parts.execute(() -> {
                seen.add("second");
                ran.complete(List.copyOf(seen));
            });
            return CompletableFuture.completedFuture(Next.reply(1L, state)); // before any of them could begin
        }));
        assertThat(reply).isEqualTo(1L);
        assertThat(ran.get(10, TimeUnit.SECONDS)).containsExactly("first", "second");
    }

    @Test
    void executorIsRefusedWhereNoTurnIsOpen() {
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    self.ctx().executor();
                    return Next.reply(1L, state);
                })))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("Async");
    }

    @Test
    void stopWaitsForAnOpenTurn() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        opened(answer);
        CompletableFuture<Boolean> stop = CompletableFuture.supplyAsync(
                () -> node.servers.admin().terminate("k", Termination.GRACEFUL),
                task -> new Thread(task, "stopper").start());
        assertThat(script.seen).isEmpty();
        stage.complete(Next.reply("x", new State(4)));
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("x");
        assertThat(stop.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(script.seen).contains("terminate Normal 4");
    }

    @Test
    void drainThatCannotWaitAbandonsTheTurnAndStoresTheStateBefore() throws Exception {
        node.close();
        node = LoneNode.start(Timeouts.builder().drain(Duration.ofSeconds(2)).build(), Probe.type(script));
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ref().call(set(8));
        opened(answer);
        assertThat(node.servers.drain().isClean()).isTrue();
        // It was the drain that had no more time: no option of the type is to blame.
        assertThat(cause(OutcomeUnknownException.class, answer)).hasMessageNotContaining("turnDeadline");
        assertThat(script.seen).contains("terminate Shutdown 8", "afterTerminate result STOPPED_GRACEFUL");
    }

    @Test
    void fenceEndsAnOpenTurn() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        opened(answer);
        node.servers.fence();
        assertThat(cause(OutcomeUnknownException.class, answer).reason())
                .isEqualTo(OutcomeUnknownException.Reason.OWNER_LOST);
        await().until(stage::isCancelled);
    }
}

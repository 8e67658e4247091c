package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.HandlerFailedException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Reply;
import io.durableserver.ServerRef;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.State;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stage is an object of the application and may do anything: its caller gets one answer, and the server runs on. */
@SuppressWarnings({"FutureReturnValueIgnored", "ImmutableEnumChecker"
}) // ends are looked at elsewhere; lambdas hold nothing
final class HostileStagesTest extends ProbedNode {
    private static final Reply<State, ?> ONE = Next.reply("one", new State(1));
    private static final Reply<State, ?> TWO = Next.reply("two", new State(2));

    /** A stage that does something of its own when the runtime asks to be told of its end. */
    private static final class Hostile extends CompletableFuture<Reply<State, ?>> {
        private final Consumer<BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable>> asked;

        Hostile(Consumer<BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable>> asked) {
            this.asked = asked;
        }

        @Override
        @SuppressWarnings("NullAway") // what it must not return
        public CompletableFuture<Reply<State, ?>> whenComplete(
                BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable> action) {
            asked.accept(action);
            return null;
        }
    }

    enum Failing {
        THROWS(end -> {
            throw new IllegalStateException("whenComplete");
        }),
        THROWS_AN_ERROR(end -> {
            throw new AssertionError("whenComplete");
        }),
        RECURS(Failing::recur),
        THROWS_WHAT_CANNOT_BE_ASKED(end -> {
            throw new HostileThrowablesTest.Hostile();
        }),
        FAILS_WITH_WHAT_CANNOT_BE_ASKED(end -> end.accept(null, new HostileThrowablesTest.Hostile())),
        FAILS_WITHOUT_A_CAUSE(end -> end.accept(null, new ExecutionException(null))),
        BRINGS_NOTHING(end -> end.accept(null, null)),
        BRINGS_BOTH(end -> end.accept(ONE, new IllegalStateException("both"))),
        FAILS_THEN_BRINGS(end -> {
            end.accept(null, new IllegalStateException("first"));
            end.accept(ONE, null);
        });

        final Consumer<BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable>> asked;

        Failing(Consumer<BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable>> asked) {
            this.asked = asked;
        }

        @SuppressWarnings("InfiniteRecursion")
        private static void recur(Object end) {
            recur(end);
        }
    }

    enum Bringing {
        AT_ONCE(end -> end.accept(ONE, null)),
        AT_ONCE_AND_THEN_THROWS(end -> {
            end.accept(ONE, null);
            throw new IllegalStateException("after it");
        }),
        TWICE(end -> {
            end.accept(ONE, null);
            end.accept(TWO, null);
        }),
        THEN_FAILS(end -> {
            end.accept(ONE, null);
            end.accept(null, new IllegalStateException("second"));
        }),
        FROM_TWO_THREADS(end -> {
            for (int i = 0; i < 2; i++) {
                new Thread(() -> end.accept(ONE, null)).start();
            }
        }),
        FROM_AN_INTERRUPTED_THREAD(end -> new Thread(() -> {
                    Thread.currentThread().interrupt();
                    end.accept(ONE, null);
                })
                .start()),
        FROM_A_THREAD_THAT_DIES_OF_IT(end -> {
            Thread dying = new Thread(() -> {
                end.accept(ONE, null);
                throw new IllegalStateException("after it");
            });
            dying.setUncaughtExceptionHandler((thread, thrown) -> {});
            dying.start();
        });

        final Consumer<BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable>> asked;

        Bringing(Consumer<BiConsumer<? super Reply<State, ?>, ? super @Nullable Throwable>> asked) {
            this.asked = asked;
        }
    }

    private static Object answer(ServerRef ref, CompletionStage<? extends Reply<State, ?>> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return ref.callAsync(new AskOpen((state, self) -> stage))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private void restart(Duration turnDeadline) {
        node.close();
        node = LoneNode.start(Probe.type(script).turnDeadline(turnDeadline).slowTurn(Duration.ofMillis(1)));
    }

    private void assertServes(ServerRef ref, long count) {
        assertThat(ref.call(GET)).isEqualTo(count);
        assertThat(ref.call(set(9))).isEqualTo(9L);
        assertThat(ref("other").call(GET)).isEqualTo(0L);
    }

    @ParameterizedTest
    @EnumSource
    void failureOfAnyKindIsToldOnceAndTheStateBeforeItStays(Failing how) {
        ServerRef ref = ref();
        assertThatThrownBy(() -> answer(ref, new Hostile(how.asked))).hasCauseInstanceOf(HandlerFailedException.class);
        assertServes(ref, 0);
    }

    @ParameterizedTest
    @EnumSource
    void firstEndCountsHoweverItComes(Bringing how) throws Exception {
        ServerRef ref = ref();
        assertThat(answer(ref, new Hostile(how.asked))).isEqualTo("one");
        assertServes(ref, 1);
    }

    @ParameterizedTest
    @EnumSource
    void endOfAStageFromInsideTheServersOwnTurnCounts(Bringing how) throws Exception {
        node.close();
        node = LoneNode.start(Probe.type(script).inPlace());
        ServerRef ref = ref();
        assertThat(answer(ref, new Hostile(how.asked))).isEqualTo("one");
        assertServes(ref, 1);
    }

    /** A stage that nobody ends, and that resists when it is cancelled. */
    private static final class Stubborn extends CompletableFuture<Reply<State, ?>> {
        private final Runnable cancelled;

        Stubborn(Runnable cancelled) {
            this.cancelled = cancelled;
        }

        @Override
        public boolean cancel(boolean interrupts) {
            cancelled.run();
            return false;
        }
    }

    enum Cancelling {
        THROWS(() -> {
            throw new IllegalStateException("cancel");
        }),
        THROWS_AN_ERROR(() -> {
            throw new LinkageError("cancel");
        }),
        THROWS_WHAT_CANNOT_BE_ASKED(() -> {
            throw new HostileThrowablesTest.Hostile();
        }),
        INTERRUPTS(() -> Thread.currentThread().interrupt());

        final Runnable cancelled;

        Cancelling(Runnable cancelled) {
            this.cancelled = cancelled;
        }
    }

    @ParameterizedTest
    @EnumSource
    void deadlineAbandonsAStageThatResists(Cancelling how) {
        restart(Duration.ofMillis(100));
        ServerRef ref = ref();
        CountDownLatch asked = new CountDownLatch(1);
        assertThatThrownBy(() -> answer(ref, new Stubborn(() -> {
                    asked.countDown();
                    how.cancelled.run();
                })))
                .hasCauseInstanceOf(OutcomeUnknownException.class);
        await().until(() -> asked.getCount() == 0);
        assertServes(ref, 0);
    }

    @Test
    void stageThatBlocksWhenItIsCancelledKeepsNobodyWaiting() {
        restart(Duration.ofMillis(100));
        ServerRef ref = ref();
        CountDownLatch end = new CountDownLatch(1);
        try {
            assertThatThrownBy(() -> answer(ref, new Stubborn(() -> {
                        try {
                            end.await();
                        } catch (InterruptedException closed) {
                            Thread.currentThread().interrupt();
                        }
                    })))
                    .hasCauseInstanceOf(OutcomeUnknownException.class);
            assertServes(ref, 0);
        } finally {
            end.countDown();
        }
    }

    @Test
    void oneStageEndsTheTurnsOfManyServersAndOfOneAfterAnother() throws Exception {
        CompletableFuture<Reply<State, ?>> shared = new CompletableFuture<>();
        CompletableFuture<?>[] answers = new CompletableFuture<?>[50];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = ref("k" + i % 10)
                    .callAsync(new AskOpen((state, self) -> shared))
                    .toCompletableFuture();
        }
        shared.complete(ONE);
        CompletableFuture.allOf(answers).get(20, TimeUnit.SECONDS);
        for (CompletableFuture<?> answer : answers) {
            assertThat(answer.join()).isEqualTo("one");
        }
        shared.obtrudeValue(TWO);
        assertThat(answer(ref("k1"), shared)).isEqualTo("two");
        assertThat(answer(ref("k1"), CompletableFuture.completedStage(ONE))).isEqualTo("one");
        assertThat(answer(
                        ref("k1"),
                        new CompletableFuture<Reply<State, ?>>()
                                .completeAsync(() -> TWO, Runnable::run)
                                .minimalCompletionStage()))
                .isEqualTo("two");
    }

    @Test
    void stageThatIsTheCallersOwnEndsWithItsDeadline() {
        restart(Duration.ofMillis(100));
        ServerRef ref = ref();
        CompletableFuture<Reply<State, ?>> circle = new CompletableFuture<>();
        CompletableFuture<Object> call =
                ref.callAsync(new AskOpen((state, self) -> circle)).toCompletableFuture();
        call.whenComplete((value, failure) -> circle.complete(ONE));
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertServes(ref, 0);
    }
}

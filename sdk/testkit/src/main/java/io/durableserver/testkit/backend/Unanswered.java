package io.durableserver.testkit.backend;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The requests of a {@link LyingBackend} that wait for an answer. Each gets one: at the latest when its time is over. */
final class Unanswered {
    private final Scheduler scheduler;
    private final Set<Answer<?>> open = new LinkedHashSet<>();

    Unanswered(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** A request that is answered with {@code late} when its time is over. */
    <T> CompletionStage<T> ask(Duration timeout, T late, Consumer<Answer<T>> start) {
        return open(timeout, start, end -> end.complete(late));
    }

    /** A request that fails when its time is over. */
    <T> CompletionStage<T> askOrFail(Duration timeout, NotAppliedException late, Consumer<Answer<T>> start) {
        return open(timeout, start, end -> end.completeExceptionally(late));
    }

    private <T> CompletionStage<T> open(
            Duration timeout, Consumer<Answer<T>> start, Consumer<CompletableFuture<T>> giveUp) {
        Answer<T> answer = new Answer<>(this, giveUp);
        synchronized (this) {
            open.add(answer);
        }
        start.accept(answer);
        if (answer.end.isDone()) {
            forget(answer);
            return answer.end;
        }
        Registration timer = scheduler.schedule(timeout, answer::giveUp);
        return answer.end.whenComplete((result, failure) -> {
            timer.close();
            forget(answer);
        });
    }

    /** Makes a request whose answer is lost. */
    void later(Duration delay, Supplier<? extends CompletionStage<?>> request) {
        after(delay, () -> {
            var unused = request.get();
        });
    }

    /** Answers whatever is open. */
    void end() {
        List<Answer<?>> left;
        synchronized (this) {
            left = List.copyOf(open);
        }
        left.forEach(Answer::giveUp);
    }

    private synchronized void forget(Answer<?> answer) {
        open.remove(answer);
    }

    private void after(Duration delay, Runnable task) {
        if (delay.isZero()) {
            task.run();
            return;
        }
        try {
            var unused = scheduler.schedule(delay, task);
        } catch (RejectedExecutionException closed) {
            // The node is closed, and its callers with it: what is late is lost.
            return;
        }
    }

    /** The answer of one request; what comes after the first is ignored. Compared by identity. */
    static final class Answer<T> {
        private final Unanswered all;
        private final CompletableFuture<T> end = new CompletableFuture<>();
        private final Consumer<CompletableFuture<T>> giveUp;

        private Answer(Unanswered all, Consumer<CompletableFuture<T>> giveUp) {
            this.all = all;
            this.giveUp = giveUp;
        }

        void tell(Duration delay, T result) {
            all.after(delay, () -> end.complete(result));
        }

        /** Tells what a request of the store ended with, some time after it did. */
        void tellAfter(CompletionStage<T> truth, Duration delay) {
            var unused = truth.whenComplete((result, failure) -> all.after(delay, () -> {
                if (failure == null) {
                    end.complete(result);
                } else {
                    end.completeExceptionally(failure);
                }
            }));
        }

        void fail(Duration delay) {
            all.after(delay, this::giveUp);
        }

        private void giveUp() {
            giveUp.accept(end);
        }
    }
}

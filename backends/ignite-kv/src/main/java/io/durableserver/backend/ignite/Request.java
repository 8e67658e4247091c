package io.durableserver.backend.ignite;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ignite.lang.IgniteFuture;

/**
 * One request on its way through Ignite: queued, sent, ended. Its stage completes once, by the answer or by the timer;
 * what comes later is ignored.
 *
 * @param <R> what Ignite answers
 * @param <T> what the caller gets
 */
abstract class Request<R, T> implements Runnable {
    private enum Phase {
        QUEUED,
        SENT,
        EXPIRED
    }

    private final CompletableFuture<T> stage = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
    private Executor internal = Runnable::run;
    private Runnable ended = () -> {};

    /**
     * Waits while the cluster changes its state, and throws where it is not active: inside of Ignite's own door the
     * request would hang until the next activation, with an unknown outcome.
     */
    abstract void awaitDoor();

    /** Hands the request to Ignite. */
    abstract IgniteFuture<R> send();

    abstract T answer(R answer);

    /** Ignite threw the request back. */
    abstract T thrown(RuntimeException failure);

    /** Ignite took the request and failed. */
    abstract T failed(RuntimeException failure);

    /** The time was over before the request was sent. */
    abstract T expiredUnsent();

    /** The time was over after the request was sent. */
    abstract T expiredSent();

    final CompletionStage<T> stage() {
        return stage;
    }

    /** Queues the request; {@code whenEnded} runs once, when Ignite is through with it, however late. */
    final void start(Executor threads, Scheduler scheduler, Duration timeout, Runnable whenEnded) {
        internal = scheduler.internal();
        ended = whenEnded;
        threads.execute(this);
        if (!stage.isDone()) {
            Registration timer = scheduler.schedule(timeout, this::expire);
            var unused = stage.whenComplete((result, failure) -> timer.close());
        }
    }

    @Override
    public final void run() {
        IgniteFuture<R> future;
        try {
            awaitDoor();
            if (!phase.compareAndSet(Phase.QUEUED, Phase.SENT)) {
                ended.run();
                return;
            }
            future = send();
        } catch (RuntimeException failure) {
            ended.run();
            T result = thrown(failure);
            internal.execute(() -> stage.complete(result));
            return;
        }
        // Continuations of callers must never run on Ignite's threads.
        future.listenAsync(this::finished, internal);
    }

    private void finished(IgniteFuture<R> future) {
        ended.run();
        T result;
        try {
            result = answer(future.get());
        } catch (RuntimeException failure) {
            result = failed(failure);
        }
        stage.complete(result);
    }

    private void expire() {
        if (phase.compareAndSet(Phase.QUEUED, Phase.EXPIRED)) {
            stage.complete(expiredUnsent());
        } else {
            stage.complete(expiredSent());
        }
    }
}

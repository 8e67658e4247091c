package io.durableserver.backend.ignite;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request on its way through Ignite: queued, sent, ended. Its stage completes once, by the answer or by the timer;
 * what comes later is ignored.
 *
 * @param <T> what the caller gets
 */
abstract class Request<T> {
    private enum Phase {
        QUEUED,
        SENT,
        EXPIRED
    }

    private final CompletableFuture<T> stage = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
    private final Runnable ended;

    /** {@code ended} runs once, when Ignite is through with the request, however late. */
    Request(Runnable ended) {
        this.ended = ended;
    }

    /** The time was over before the request was sent. */
    abstract T expiredUnsent();

    /** The time was over after the request was sent. */
    abstract T expiredSent();

    final CompletionStage<T> stage() {
        return stage;
    }

    /** Whether no caller waits for the request any more. */
    final boolean abandoned() {
        return stage.isDone();
    }

    /** Begins to count the time; the request has been queued. */
    final void expireAfter(Duration timeout, Scheduler scheduler) {
        if (!stage.isDone()) {
            Registration timer = scheduler.schedule(timeout, this::expire);
            var unused = stage.whenComplete((result, failure) -> timer.close());
        }
    }

    /** Whether the request is to be sent now; when not, it has ended. */
    final boolean begin() {
        boolean begun = phase.compareAndSet(Phase.QUEUED, Phase.SENT);
        if (!begun) {
            ended.run();
        }
        return begun;
    }

    /** Ends the request. The caller's continuations run on this thread: never one of Ignite's. */
    final void end(T result) {
        ended.run();
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

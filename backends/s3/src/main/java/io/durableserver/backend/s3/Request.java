package io.durableserver.backend.s3;

import io.durableserver.Registration;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One request of a caller: queued, then turns on a thread of the backend with pauses between them that hold none. Its
 * stage completes once, by the last turn or by the timer; what comes later is ignored.
 *
 * @param <T> what the caller gets
 */
abstract class Request<T> implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(40);
    private static final Duration FIRST_THROTTLED_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    /** Longer ones overflow. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

    private final CompletableFuture<T> stage = new CompletableFuture<>();
    private final Waiting waiting;
    private final Executor threads;
    private final TimeSource time;
    private final Duration attemptTimeout;
    private final long deadline;
    private final Duration timeout;
    private final Runnable ended;
    private int pauses;
    private boolean expired;

    /**
     * What a request runs on, and how long it may take.
     *
     * @param threads runs its turns, which block
     * @param ended runs once, when nothing of the request is under way any more, however late
     */
    record Terms(
            Waiting waiting,
            Executor threads,
            TimeSource time,
            Duration attemptTimeout,
            Duration timeout,
            Runnable ended) {}

    Request(Terms terms) {
        this.waiting = terms.waiting();
        this.threads = terms.threads();
        this.time = terms.time();
        this.attemptTimeout = terms.attemptTimeout();
        this.timeout = terms.timeout().compareTo(LONGEST_TIMEOUT) < 0 ? terms.timeout() : LONGEST_TIMEOUT;
        this.ended = terms.ended();
        this.deadline = time.nanoTime() + this.timeout.toNanos();
    }

    /** What a turn came to. */
    sealed interface Turn<T> {
        /** The end. */
        record Done<T>(T result) implements Turn<T> {}

        /** Another turn, after a pause. */
        record Pause<T>(boolean throttled) implements Turn<T> {}
    }

    /** Does the next part. Blocks. */
    abstract Turn<T> turn();

    /** The time is over; called once, under this object's lock. */
    abstract T expire();

    /** There is no time, or no thread, for another turn. */
    abstract T giveUp();

    /** What is to be done when the caller has its result. Blocks. */
    void cleanUp() {}

    final CompletionStage<T> start() {
        Registration timer = waiting.timer(timeout, this::timeOver);
        var unused = stage.whenComplete((result, failure) -> timer.close());
        try {
            threads.execute(this);
        } catch (RuntimeException | Error refused) {
            timer.close();
            throw refused;
        }
        return stage;
    }

    @Override
    public final void run() {
        if (over()) {
            ended.run();
            return;
        }
        Turn<T> turn;
        try {
            turn = turn();
        } catch (RuntimeException | Error defect) {
            waiting.tell(() -> stage.completeExceptionally(defect));
            ended.run();
            return;
        }
        if (turn instanceof Turn.Done<T> done) {
            finish(done.result());
        } else if (turn instanceof Turn.Pause<T> pause) {
            pause(pause.throttled());
        }
    }

    /** Time for the next attempt. */
    final Duration attemptTime() {
        long left = Math.max(1_000_000, deadline - time.nanoTime());
        return Duration.ofNanos(Math.min(left, attemptTimeout.toNanos()));
    }

    /** Whether the caller has been told that the time is over. */
    final synchronized boolean over() {
        return expired;
    }

    private void finish(T result) {
        waiting.tell(() -> stage.complete(result));
        try {
            cleanUp();
        } finally {
            ended.run();
        }
    }

    /** Exponential with full jitter, so that many requests do not come back in step. */
    private void pause(boolean throttled) {
        Duration first = throttled ? FIRST_THROTTLED_PAUSE : FIRST_PAUSE;
        long bound = Math.min(LONGEST_PAUSE.toNanos(), first.toNanos() << Math.min(pauses++, 8));
        long nanos = ThreadLocalRandom.current().nextLong(bound / 4, bound);
        if (deadline - time.nanoTime() <= nanos) {
            finish(giveUp());
            return;
        }
        if (!waiting.pause(Duration.ofNanos(nanos), this::resume)) {
            finish(giveUp());
        }
    }

    private void resume() {
        try {
            threads.execute(this);
        } catch (RuntimeException | Error refused) {
            // Closed, or the machine has no thread left.
            finish(giveUp());
        }
    }

    private void timeOver() {
        T result;
        synchronized (this) {
            if (expired) {
                return;
            }
            expired = true;
            result = expire();
        }
        stage.complete(result);
    }
}

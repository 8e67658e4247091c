package io.durableserver.backend.mirror.base;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The clock and the timers of the node, as the mirror uses them. Thread-safe. */
public final class Timers {
    private final Scheduler scheduler;
    private final TimeSource time;

    public Timers(Scheduler scheduler, TimeSource time) {
        this.scheduler = scheduler;
        this.time = time;
    }

    /** The monotonic clock. */
    public long nanoTime() {
        return time.nanoTime();
    }

    /** The time until a deadline of this clock; at least a nanosecond, since stores refuse less. */
    public Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1, deadline - time.nanoTime()));
    }

    /** Completes after a pause. */
    public CompletableFuture<Void> after(Duration pause) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        scheduler.schedule(pause, () -> end.complete(null));
        return end;
    }

    /** Runs a task after a pause, unless the registration is closed before. */
    public Registration schedule(Duration pause, Runnable task) {
        return scheduler.schedule(pause, task);
    }

    /** The executor of continuations that must not run on a store's thread. */
    public Executor executor() {
        return scheduler.internal();
    }
}

package io.durableserver.backend.mirror;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The clock and the timers of the node, as the mirror uses them. Thread-safe. */
final class Timers {
    private final Scheduler scheduler;
    private final TimeSource time;

    Timers(Scheduler scheduler, TimeSource time) {
        this.scheduler = scheduler;
        this.time = time;
    }

    /** The monotonic clock. */
    long nanoTime() {
        return time.nanoTime();
    }

    /** The time until a deadline of this clock; at least a nanosecond, since stores refuse less. */
    Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1, deadline - time.nanoTime()));
    }

    /** Completes after a pause. */
    CompletableFuture<Void> after(Duration pause) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        scheduler.schedule(pause, () -> end.complete(null));
        return end;
    }

    /** Runs a task after a pause, unless the registration is closed before. */
    Registration schedule(Duration pause, Runnable task) {
        return scheduler.schedule(pause, task);
    }

    /** Where continuations run that must not run on a store's thread. */
    Executor executor() {
        return scheduler.internal();
    }
}

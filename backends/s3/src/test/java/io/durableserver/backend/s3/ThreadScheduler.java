package io.durableserver.backend.s3;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time and real threads. */
final class ThreadScheduler implements Scheduler {
    private final ExecutorService internal = Executors.newFixedThreadPool(2);
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);

    ThreadScheduler() {
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Executor turns() {
        return internal;
    }

    @Override
    public Executor internal() {
        return internal;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        var timer = timers.schedule(() -> internal.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public boolean canBlock() {
        return true;
    }

    @Override
    public void close() {
        timers.shutdownNow();
        internal.shutdownNow();
    }
}

package io.durableserver.testkit;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Real threads of one node, and timers in the cluster's virtual time. */
final class VirtualScheduler implements Scheduler {
    private final VirtualTime time;
    private final Scheduler threads;
    private final Executor turns;
    private final Executor internal;

    VirtualScheduler(VirtualTime time, Scheduler threads) {
        this.time = time;
        this.threads = threads;
        this.turns = time.counted(this, threads.turns());
        this.internal = time.counted(this, threads.internal());
    }

    @Override
    public Executor turns() {
        return turns;
    }

    @Override
    public Executor internal() {
        return internal;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        return time.schedule(this, delay, task);
    }

    @Override
    public boolean canBlock() {
        return true;
    }

    @Override
    public void close() {
        threads.close();
        time.forget(this);
    }
}

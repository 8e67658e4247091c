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
    private final Executor starts;
    private final Executor internal;
    private final Executor application;
    private final Executor turnStages;

    VirtualScheduler(VirtualTime time, Scheduler threads) {
        this.time = time;
        this.threads = threads;
        this.turns = time.counted(this, threads.turns());
        this.starts = time.counted(this, threads.starts());
        this.internal = time.counted(this, threads.internal());
        this.application = time.counted(this, threads.application());
        this.turnStages = time.counted(this, threads.turnStages());
    }

    @Override
    public Executor turns() {
        return turns;
    }

    @Override
    public Executor starts() {
        return starts;
    }

    @Override
    public Executor internal() {
        return internal;
    }

    @Override
    public Executor application() {
        return application;
    }

    @Override
    public Executor turnStages() {
        return turnStages;
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

package io.durableserver.benchmarks.node;

import io.durableserver.Registration;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Threads of a node without an executor for stages: they end wherever their turn ran. What that executor costs, shows. */
public final class StagesOnTurns implements Scheduler {
    private final Scheduler threads = JdkScheduler.create("bench");

    @Override
    public Executor turns() {
        return threads.turns();
    }

    @Override
    public Executor starts() {
        return threads.starts();
    }

    @Override
    public Executor internal() {
        return threads.internal();
    }

    @Override
    public Executor application() {
        return Runnable::run;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        return threads.schedule(delay, task);
    }

    @Override
    public Scheduler vital() {
        return threads.vital();
    }

    @Override
    public boolean canBlock() {
        return true;
    }

    @Override
    public void close() {
        threads.close();
    }
}

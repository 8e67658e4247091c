package io.durableserver.testkit.sim;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Executors and timers of one process. Tasks handed over at the same time run in any order, as on a pool of threads. */
final class SimScheduler implements Scheduler {
    private final Simulation simulation;
    private final SimNode node;
    private final Executor executor;

    SimScheduler(Simulation simulation, SimNode node) {
        this.simulation = simulation;
        this.node = node;
        this.executor = task -> simulation.after(
                node, simulation.random().nanos(simulation.config().task()), task);
    }

    @Override
    public Executor turns() {
        return executor;
    }

    @Override
    public Executor internal() {
        return executor;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        long late = simulation.random().nanos(simulation.config().task());
        return simulation.after(node, node.time().trueNanos(delay) + late, task);
    }

    @Override
    public boolean canBlock() {
        return false;
    }

    /** Does nothing: the process owns it. */
    @Override
    public void close() {}
}

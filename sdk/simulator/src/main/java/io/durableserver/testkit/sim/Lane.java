package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.SimRandom.Span;
import java.util.ArrayDeque;
import java.util.Queue;

/** Hands things to one process late, and in the order they were given. */
final class Lane {
    private final Simulation simulation;
    private final SimNode node;
    private final Span delay;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private long last;

    Lane(Simulation simulation, SimNode node, Span delay) {
        this.simulation = simulation;
        this.node = node;
        this.delay = delay;
    }

    /** Whether something that was given has not run yet. */
    boolean isBusy() {
        return !waiting.isEmpty();
    }

    /**
     * Runs this after what was given before. Each event takes the head of the queue, so order survives a freeze, which
     * may let events of one moment run in another order.
     */
    void give(Runnable delivery) {
        waiting.add(delivery);
        last = Math.max(simulation.now() + simulation.random().nanos(delay), last);
        simulation.after(node, last - simulation.now(), () -> waiting.remove().run());
    }
}

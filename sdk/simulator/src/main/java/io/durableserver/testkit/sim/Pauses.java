package io.durableserver.testkit.sim;

import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes in the middle of an event: a process that is stopped inside a turn, or a thread of it that waits there.
 * The rest of the world goes on meanwhile on another thread, since what runs here has things of its own on this one; the two
 * never run at the same time, so that a seed still gives the same run. One event at a time can be held up like this.
 */
public final class Pauses {
    private final Simulation simulation;
    private @Nullable SimNode inside;
    private @Nullable SimNode resumed;
    private boolean doomed;

    Pauses(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Whether an event can be held up now. */
    public boolean arePossible() {
        return inside == null && resumed == null;
    }

    /** Stops the whole process for this long in true time, in the middle of the event it is in. */
    public void stop(SimNode node, long nanos) {
        if (arePossible()) {
            simulation.trace("stopped inside", node.session());
            node.freeze();
            hold(node, new java.util.concurrent.CompletableFuture<>(), nanos);
            node.thaw();
        }
    }

    /** Lets the thread that runs now wait for something, no longer than this in true time; its process goes on. */
    public void await(SimNode node, Future<?> something, long nanos) {
        if (arePossible()) {
            hold(node, something, nanos);
        }
    }

    private void hold(SimNode node, Future<?> something, long nanos) {
        inside = node;
        Throwable[] thrown = new Throwable[1];
        Thread world = new Thread(
                () -> {
                    try {
                        simulation.runUntil(() -> something.isDone() || doomed, Duration.ofNanos(nanos));
                    } catch (SimulationFailure failure) {
                        thrown[0] = failure; // noted, and thrown after the event
                    }
                },
                "sim-meanwhile");
        world.start();
        boolean interrupted = false;
        while (world.isAlive()) {
            try {
                world.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        inside = null;
        resumed = node;
    }

    /** Whether this process cannot die now, because an event of it is held up: it does when that is over. */
    boolean postponesEnd(SimNode node) {
        if (node != inside) {
            return false;
        }
        doomed = true;
        return true;
    }

    /** Whether what happens now belongs to an event of this process that was held up. */
    boolean isResumed(SimNode node) {
        return node == resumed;
    }

    /** The event that ran on the simulation's own thread is over. */
    void eventEnded() {
        SimNode node = resumed;
        if (node != null && inside == null) {
            resumed = null;
            if (doomed) {
                doomed = false;
                node.crash();
            }
        }
    }
}

package io.durableserver.testkit.cluster;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.RuntimeEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A cluster that is under test, without a runtime on its nodes. Driven by one thread. */
public interface ClusterUnderTest extends AutoCloseable {
    /** Starts a node of this name, which no running node has; returns when all nodes see it. */
    Cluster start(String name);

    /** Ends a node in good order; others may see it later. */
    void stop(Cluster node);

    /** The facts of one kind that a node told of itself so far. */
    <E extends RuntimeEvent> List<E> told(Cluster node, Class<E> kind);

    /** Lets time go on until a condition holds, at most this long; whether it holds. A simulated cluster runs here. */
    default boolean reaches(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(500_000);
        }
        return true;
    }

    /** Whether nodes have threads, so that a listener can block; not in a simulation. */
    default boolean hasThreads() {
        return true;
    }

    /** How long anything may take before a test fails. */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** Ends all nodes. */
    @Override
    void close();
}

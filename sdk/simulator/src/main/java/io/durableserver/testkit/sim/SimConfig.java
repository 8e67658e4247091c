package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.SimRandom.Span;
import java.time.Duration;

/**
 * How fast and how exact a simulated cluster is when nothing is broken.
 *
 * @param message one way of a message between two nodes
 * @param task how long a task waits for a thread of its node
 * @param store one way of a request to the store
 * @param detection how long the cluster takes to declare a dead, frozen or cut-off node failed
 * @param viewLag how much later than the cluster a node sees a change of the membership or of the shared map
 * @param segmentation how long a node that was declared failed runs on before it is told so
 * @param rebalance how long the shared map takes to restore lost copies
 * @param mapTimeout when a shared-map operation that finds no primary fails
 * @param backups copies of a shared-map entry besides the primary one
 * @param queueCapacity messages on their way between a pair of sessions
 * @param clockDrift how much faster or slower than true time a node's clock may run, as a fraction
 */
public record SimConfig(
        Span message,
        Span task,
        Span store,
        Span detection,
        Span viewLag,
        Span segmentation,
        Span rebalance,
        Duration mapTimeout,
        int backups,
        int queueCapacity,
        double clockDrift) {
    /** A local network, a store in the same building, failures detected within a second, clocks 2 % off. */
    public static final SimConfig DEFAULT = new SimConfig(
            Span.micros(50, 2_000),
            Span.micros(0, 20),
            Span.millis(1, 10),
            Span.millis(200, 1_000),
            Span.millis(0, 50),
            Span.millis(0, 1_500),
            Span.millis(20, 300),
            Duration.ofSeconds(10),
            1,
            10_000,
            0.02);

    /** The same with other clocks. */
    public SimConfig withClockDrift(double value) {
        return with(backups, queueCapacity, value);
    }

    /** The same with another bound of the queue between two sessions. */
    public SimConfig withQueueCapacity(int value) {
        return with(backups, value, clockDrift);
    }

    /** The same with other delays until a process hears that it was given up. */
    public SimConfig withSegmentation(Span value) {
        return new SimConfig(
                message,
                task,
                store,
                detection,
                viewLag,
                value,
                rebalance,
                mapTimeout,
                backups,
                queueCapacity,
                clockDrift);
    }

    private SimConfig with(int newBackups, int newQueueCapacity, double newClockDrift) {
        return new SimConfig(
                message,
                task,
                store,
                detection,
                viewLag,
                segmentation,
                rebalance,
                mapTimeout,
                newBackups,
                newQueueCapacity,
                newClockDrift);
    }
}

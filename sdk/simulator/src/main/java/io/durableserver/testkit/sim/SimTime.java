package io.durableserver.testkit.sim;

import io.durableserver.spi.TimeSource;
import java.time.Duration;

/** The clocks of one process: the monotonic one starts anywhere and drifts, the wall clock is off by up to a minute. */
final class SimTime implements TimeSource {
    private static final long WALL_START_MILLIS = 1_767_225_600_000L;

    private final Simulation simulation;
    private final double rate;
    private final long origin;
    private final long wallMillis;

    SimTime(Simulation simulation) {
        this.simulation = simulation;
        double drift = simulation.config().clockDrift();
        SimRandom random = simulation.random();
        this.rate = 1 + random.between(-drift, drift);
        this.origin = random.between(-2_000_000_000, 2_000_000_000) * 1_000L;
        this.wallMillis = WALL_START_MILLIS + random.between(-60_000, 60_000);
    }

    @Override
    public long nanoTime() {
        return origin + (long) (simulation.now() * rate);
    }

    @Override
    public long wallMillis() {
        return wallMillis + simulation.now() / 1_000_000;
    }

    /** How long a span on this clock takes in true time. */
    long trueNanos(Duration local) {
        return (long) Math.ceil(TimeSource.nanos(local) / rate);
    }
}

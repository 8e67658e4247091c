package io.durableserver;

import java.time.Duration;

/**
 * The node lease (P4). A node that has not renewed its lease for {@code time - margin}, counted from the start of its
 * last successful renewal, stops serving. Another node takes over only after it has seen the lease stand still for
 * {@code time} on its own monotonic clock.
 *
 * @param time how long a silent owner is left alone, 1 s to 10 min
 * @param renewEvery how often the lease is renewed, at most a third of {@code time}
 * @param margin how much of {@code time} clock drift and scheduling may eat, less than half of {@code time}
 */
public record LeaseConfig(Duration time, Duration renewEvery, Duration margin) {
    /** 10 s, renewed every 2.5 s, margin 2 s. */
    public static final LeaseConfig DEFAULT =
            new LeaseConfig(Duration.ofSeconds(10), Duration.ofMillis(2_500), Duration.ofSeconds(2));

    public LeaseConfig {
        if (!Spans.isBetween(time, Duration.ofSeconds(1), Duration.ofMinutes(10))) {
            throw ConfigurationException.option("lease.time", time, "1 s to 10 min");
        }
        if (!Spans.isBetween(renewEvery, Spans.SHORTEST, time.dividedBy(3))) {
            throw ConfigurationException.option("lease.renewEvery", renewEvery, "1 ms to a third of " + time);
        }
        if (!Spans.isBetween(margin, Duration.ZERO, time)
                || margin.multipliedBy(2).compareTo(time) >= 0) {
            throw ConfigurationException.option("lease.margin", margin, "0 to less than half of " + time);
        }
    }
}

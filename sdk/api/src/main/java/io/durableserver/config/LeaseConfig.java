package io.durableserver.config;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The node lease (P4). A node that has not renewed its lease for {@code time - margin}, counted from the start of its
 * last successful renewal, stops serving. Another node takes over only after it has seen the lease stand still for
 * {@code time} on its own monotonic clock. Immutable.
 */
public final class LeaseConfig {
    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("lease", "lease")
            .option(
                    "time",
                    OptionKind.duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
                    b -> b.time,
                    Builder::time)
            .option(
                    "renewEvery",
                    OptionKind.duration(Duration.ofMillis(1), Duration.ofDays(1))
                            .saying("1 ms to a third of lease.time"),
                    b -> b.renewEvery,
                    Builder::renewEvery)
            .option(
                    "margin",
                    OptionKind.duration(Duration.ZERO, Duration.ofDays(1)).saying("0 to less than half of lease.time"),
                    b -> b.margin,
                    Builder::margin);

    /** Those that hold unless others are set. */
    public static final LeaseConfig DEFAULT = builder().build();

    private final Builder set;

    private LeaseConfig(Builder set) {
        OPTIONS.check(set);
        if (set.renewEvery.compareTo(set.time.dividedBy(3)) > 0) {
            throw ConfigurationException.option("lease.renewEvery", set.renewEvery, "1 ms to a third of " + set.time);
        }
        if (set.margin.multipliedBy(2).compareTo(set.time) >= 0) {
            throw ConfigurationException.option("lease.margin", set.margin, "0 to less than half of " + set.time);
        }
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with these values. */
    public static Builder from(LeaseConfig base) {
        return base.set.copy();
    }

    static void fill(Builder builder, OptionValues values) {
        OPTIONS.fill(builder, values);
    }

    static OptionTable<Builder> options() {
        return OPTIONS;
    }

    /** How long a silent owner is left alone, 1 s to 10 min; 10 s unless set. */
    public Duration time() {
        return set.time;
    }

    /** How often the lease is renewed, 1 ms to a third of {@link #time}; 2.5 s unless set. */
    public Duration renewEvery() {
        return set.renewEvery;
    }

    /** How much of {@link #time} clock drift and scheduling may eat, less than half of it; 2 s unless set. */
    public Duration margin() {
        return set.margin;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LeaseConfig that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "LeaseConfig" + OPTIONS.values(set);
    }

    /** Builds LeaseConfig; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private Duration time = Duration.ofSeconds(10);
        private Duration renewEvery = Duration.ofMillis(2_500);
        private Duration margin = Duration.ofSeconds(2);

        private Builder() {}

        /** See {@link LeaseConfig#time}. */
        public Builder time(Duration value) {
            time = OPTIONS.given("time", value);
            return this;
        }

        /** See {@link LeaseConfig#renewEvery}. */
        public Builder renewEvery(Duration value) {
            renewEvery = OPTIONS.given("renewEvery", value);
            return this;
        }

        /** See {@link LeaseConfig#margin}. */
        public Builder margin(Duration value) {
            margin = OPTIONS.given("margin", value);
            return this;
        }

        private Builder copy() {
            return OPTIONS.copy(this, new Builder());
        }

        /**
         * Checks and builds.
         *
         * @throws ConfigurationException naming the option, its value and its bound
         */
        public LeaseConfig build() {
            return new LeaseConfig(copy());
        }
    }
}

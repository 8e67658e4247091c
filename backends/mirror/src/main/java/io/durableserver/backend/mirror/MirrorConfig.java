package io.durableserver.backend.mirror;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.BackendFactory;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Two stores and how they are kept alike. All nodes that share a prefix use the same stores, name and durations.
 *
 * @param source where the records are when the rollout begins
 * @param target where they go; empty at the beginning, see {@code adoptTarget}
 * @param name names the rollout in its control records, 1 to 64 letters, digits, {@code . _ -}
 * @param mode what a write waits for
 * @param secondaryRequired whether a node is ready only when the mirror is, too
 * @param adoptTarget accepts a target that already has records under the prefix when the rollout begins: those without a
 *     counterpart in the source will be removed by a repair
 * @param fullCheckInPause compares all records once more in the pause of a cut-over, instead of trusting that the nodes
 *     mirrored what they wrote since the comparison before it; {@code pauseLimit} must be long enough
 * @param pollEvery how often each node reads the phase, 20 ms to 10 s: one strong read of a small record
 * @param phaseValidity how long a node may write after it began to read the phase, twice {@code pollEvery} to 60 s
 * @param grace how much longer a write may take that is still to be acknowledged, 10 ms to 60 s
 * @param pauseLimit how long a pause may last before it is undone, 100 ms to 10 min; nodes that are left in a pause undo it
 *     after twice that
 * @param outsiderWatch how long a handover watches the leases of nodes for one that writes without the mirror, at least twice
 *     {@code lease.renewEvery} to find any, 0 to 10 min; 0 trusts the operator
 * @param secondLook how far apart the readings are that prove together what one alone does not: that a record is not there,
 *     or differs; 10 ms to 60 s. Longer than whatever stands between the nodes and a store makes up answers for
 * @param requestTimeout bound of each request to the mirror and to control records, 10 ms to 60 s
 * @param maxPending keys of this node that may wait to be mirrored, 16 to 1,000,000; more are left to the comparison, or
 *     with {@link MirrorMode#REQUIRED} refused
 * @param maxParked writes of this node that may wait for the end of a pause, 16 to 1,000,000; more are refused
 * @param mirrorWrites keys mirrored at a time, 1 to 1,024
 * @param rememberedVersions keys whose versions in both stores are remembered, 16 to 1,000,000, about 300 bytes each
 * @param order tells newer records from older ones
 */
public record MirrorConfig(
        BackendFactory source,
        BackendFactory target,
        String name,
        MirrorMode mode,
        boolean secondaryRequired,
        boolean adoptTarget,
        boolean fullCheckInPause,
        Duration pollEvery,
        Duration phaseValidity,
        Duration grace,
        Duration pauseLimit,
        Duration outsiderWatch,
        Duration secondLook,
        Duration requestTimeout,
        int maxPending,
        int maxParked,
        int mirrorWrites,
        int rememberedVersions,
        RecordOrder order) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public MirrorConfig {
        if (source.equals(target)) {
            throw sameStore();
        }
        if (!NAME.matcher(name).matches()) {
            throw ConfigurationException.option("mirror.name", name, "1 to 64 letters, digits and . _ -");
        }
        check("mirror.pollEvery", pollEvery, Duration.ofMillis(20), Duration.ofSeconds(10));
        check("mirror.phaseValidity", phaseValidity, pollEvery.multipliedBy(2), Duration.ofSeconds(60));
        check("mirror.grace", grace, Duration.ofMillis(10), Duration.ofSeconds(60));
        check("mirror.pauseLimit", pauseLimit, Duration.ofMillis(100), Duration.ofMinutes(10));
        check("mirror.outsiderWatch", outsiderWatch, Duration.ZERO, Duration.ofMinutes(10));
        check("mirror.secondLook", secondLook, Duration.ofMillis(10), Duration.ofSeconds(60));
        check("mirror.requestTimeout", requestTimeout, Duration.ofMillis(10), Duration.ofSeconds(60));
        check("mirror.maxPending", maxPending, 16, 1_000_000);
        check("mirror.maxParked", maxParked, 16, 1_000_000);
        check("mirror.mirrorWrites", mirrorWrites, 1, 1_024);
        check("mirror.rememberedVersions", rememberedVersions, 16, 1_000_000);
    }

    /** A builder with the defaults. */
    public static Builder builder(BackendFactory source, BackendFactory target) {
        return new Builder(source, target);
    }

    /** A builder with the values of another configuration. */
    public static Builder from(MirrorConfig base) {
        Builder builder = new Builder(base.source, base.target);
        builder.name = base.name;
        builder.mode = base.mode;
        builder.secondaryRequired = base.secondaryRequired;
        builder.adoptTarget = base.adoptTarget;
        builder.fullCheckInPause = base.fullCheckInPause;
        builder.pollEvery = base.pollEvery;
        builder.phaseValidity = base.phaseValidity;
        builder.grace = base.grace;
        builder.pauseLimit = base.pauseLimit;
        builder.outsiderWatch = base.outsiderWatch;
        builder.secondLook = base.secondLook;
        builder.requestTimeout = base.requestTimeout;
        builder.maxPending = base.maxPending;
        builder.maxParked = base.maxParked;
        builder.mirrorWrites = base.mirrorWrites;
        builder.rememberedVersions = base.rememberedVersions;
        builder.order = base.order;
        return builder;
    }

    /** How long after a node was last heard of none of its writes can be acknowledged any more, clock drift included. */
    Duration silence() {
        return phaseValidity.plus(grace).multipliedBy(5).dividedBy(4);
    }

    static ConfigurationException sameStore() {
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_OPTION,
                "A store cannot be mirrored to itself",
                Map.of(
                        "option",
                        "mirror.target",
                        "value",
                        "the same store as mirror.source",
                        "bound",
                        "another store"));
    }

    private static void check(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw ConfigurationException.option(option, value, low + " to " + high);
        }
    }

    private static void check(String option, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw ConfigurationException.option(option, value, low + " to " + high);
        }
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private final BackendFactory source;
        private final BackendFactory target;
        private String name = "default";
        private MirrorMode mode = MirrorMode.BEST_EFFORT;
        private boolean secondaryRequired;
        private boolean adoptTarget;
        private boolean fullCheckInPause;
        private Duration pollEvery = Duration.ofMillis(500);
        private Duration phaseValidity = Duration.ofMillis(1_500);
        private Duration grace = Duration.ofMillis(500);
        private Duration pauseLimit = Duration.ofSeconds(5);
        private Duration outsiderWatch = Duration.ofSeconds(6);
        private Duration secondLook = Duration.ofMillis(500);
        private Duration requestTimeout = Duration.ofSeconds(5);
        private int maxPending = 10_000;
        private int maxParked = 10_000;
        private int mirrorWrites = 64;
        private int rememberedVersions = 10_000;
        private RecordOrder order = RecordOrder.durableRecords();

        private Builder(BackendFactory source, BackendFactory target) {
            this.source = source;
            this.target = target;
        }

        /** See {@link MirrorConfig#name}. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** See {@link MirrorConfig#mode}. */
        public Builder mode(MirrorMode value) {
            mode = value;
            return this;
        }

        /** See {@link MirrorConfig#secondaryRequired}. */
        public Builder secondaryRequired(boolean value) {
            secondaryRequired = value;
            return this;
        }

        /** See {@link MirrorConfig#adoptTarget}. */
        public Builder adoptTarget(boolean value) {
            adoptTarget = value;
            return this;
        }

        /** See {@link MirrorConfig#fullCheckInPause}. */
        public Builder fullCheckInPause(boolean value) {
            fullCheckInPause = value;
            return this;
        }

        /** See {@link MirrorConfig#pollEvery}. */
        public Builder pollEvery(Duration value) {
            pollEvery = value;
            return this;
        }

        /** See {@link MirrorConfig#phaseValidity}. */
        public Builder phaseValidity(Duration value) {
            phaseValidity = value;
            return this;
        }

        /** See {@link MirrorConfig#grace}. */
        public Builder grace(Duration value) {
            grace = value;
            return this;
        }

        /** See {@link MirrorConfig#pauseLimit}. */
        public Builder pauseLimit(Duration value) {
            pauseLimit = value;
            return this;
        }

        /** See {@link MirrorConfig#outsiderWatch}. */
        public Builder outsiderWatch(Duration value) {
            outsiderWatch = value;
            return this;
        }

        /** See {@link MirrorConfig#secondLook}. */
        public Builder secondLook(Duration value) {
            secondLook = value;
            return this;
        }

        /** See {@link MirrorConfig#requestTimeout}. */
        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        /** See {@link MirrorConfig#maxPending}. */
        public Builder maxPending(int value) {
            maxPending = value;
            return this;
        }

        /** See {@link MirrorConfig#maxParked}. */
        public Builder maxParked(int value) {
            maxParked = value;
            return this;
        }

        /** See {@link MirrorConfig#mirrorWrites}. */
        public Builder mirrorWrites(int value) {
            mirrorWrites = value;
            return this;
        }

        /** See {@link MirrorConfig#rememberedVersions}. */
        public Builder rememberedVersions(int value) {
            rememberedVersions = value;
            return this;
        }

        /** See {@link MirrorConfig#order}. */
        public Builder order(RecordOrder value) {
            order = value;
            return this;
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public MirrorConfig build() {
            return new MirrorConfig(
                    source,
                    target,
                    name,
                    mode,
                    secondaryRequired,
                    adoptTarget,
                    fullCheckInPause,
                    pollEvery,
                    phaseValidity,
                    grace,
                    pauseLimit,
                    outsiderWatch,
                    secondLook,
                    requestTimeout,
                    maxPending,
                    maxParked,
                    mirrorWrites,
                    rememberedVersions,
                    order);
        }
    }
}

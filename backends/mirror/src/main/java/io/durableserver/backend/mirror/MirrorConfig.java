package io.durableserver.backend.mirror;

import io.durableserver.ConfigurationException;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.handover.HandoverLimits;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two stores and how they are kept alike. All nodes that share a prefix use the same stores, name and durations. Immutable. */
public final class MirrorConfig {

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("mirror", "")
            .option(
                    "name",
                    OptionKind.text("[A-Za-z0-9._-]{1,64}", "1 to 64 letters, digits and . _ -"),
                    b -> b.name,
                    Builder::name)
            .option("mode", OptionKind.choice(MirrorMode.class), b -> b.mode, Builder::mode)
            .option("secondaryRequired", OptionKind.flag(), b -> b.secondaryRequired, Builder::secondaryRequired)
            .option("adoptTarget", OptionKind.flag(), b -> b.adoptTarget, Builder::adoptTarget)
            .option("fullCheckInPause", OptionKind.flag(), b -> b.fullCheckInPause, Builder::fullCheckInPause)
            .option(
                    "pollEvery",
                    OptionKind.duration(Duration.ofMillis(20), Duration.ofSeconds(10)),
                    b -> b.pollEvery,
                    Builder::pollEvery)
            .option(
                    "phaseValidity",
                    OptionKind.duration(Duration.ofMillis(40), Duration.ofSeconds(60))
                            .saying("twice mirror.pollEvery to 60 s"),
                    b -> b.phaseValidity,
                    Builder::phaseValidity)
            .option(
                    "grace",
                    OptionKind.duration(Duration.ofMillis(10), Duration.ofSeconds(60)),
                    b -> b.grace,
                    Builder::grace)
            .option(
                    "pauseLimit",
                    OptionKind.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                    b -> b.pauseLimit,
                    Builder::pauseLimit)
            .option(
                    "outsiderWatch",
                    OptionKind.duration(Duration.ZERO, Duration.ofMinutes(10)),
                    b -> b.outsiderWatch,
                    Builder::outsiderWatch)
            .option(
                    "secondLook",
                    OptionKind.duration(Duration.ofMillis(10), Duration.ofSeconds(60)),
                    b -> b.secondLook,
                    Builder::secondLook)
            .option(
                    "requestTimeout",
                    OptionKind.duration(Duration.ofMillis(10), Duration.ofSeconds(60)),
                    b -> b.requestTimeout,
                    Builder::requestTimeout)
            .option("maxPending", OptionKind.number(16, 1_000_000), b -> b.maxPending, Builder::maxPending)
            .option("maxParked", OptionKind.number(16, 1_000_000), b -> b.maxParked, Builder::maxParked)
            .option("mirrorWrites", OptionKind.number(1, 1_024), b -> b.mirrorWrites, Builder::mirrorWrites)
            .option(
                    "rememberedVersions",
                    OptionKind.number(16, 1_000_000),
                    b -> b.rememberedVersions,
                    Builder::rememberedVersions);

    private final Builder set;

    private MirrorConfig(Builder set) {
        if (set.source.equals(set.target)) {
            throw StorePair.sameStore();
        }
        OPTIONS.check(set);
        if (set.phaseValidity.compareTo(set.pollEvery.multipliedBy(2)) < 0) {
            throw ConfigurationException.option(
                    "mirror.phaseValidity", set.phaseValidity, set.pollEvery.multipliedBy(2) + " to PT1M");
        }
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder(BackendFactory source, BackendFactory target) {
        return new Builder(source, target);
    }

    /** A builder with the values of another configuration. */
    public static Builder from(MirrorConfig base) {
        return base.set.copy();
    }

    /**
     * A builder with the values of a map, such as {@link java.util.Properties}; {@code sdk/docs/options.md} lists the keys.
     *
     * @throws ConfigurationException for an unknown key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public static Builder from(BackendFactory source, BackendFactory target, Map<?, ?> values) {
        return OPTIONS.filled(new Builder(source, target), values);
    }

    /** The keys of {@link #from(BackendFactory, BackendFactory, Map)}, with what their values must be. */
    public static Map<String, String> keys() {
        return OPTIONS.keys();
    }

    /** How long a handover waits. A silent node's writes cannot be acknowledged any more after validity and grace, clock drift included. */
    HandoverLimits handoverLimits() {
        return new HandoverLimits(
                set.pollEvery,
                set.secondLook,
                set.phaseValidity.plus(set.grace).multipliedBy(5).dividedBy(4),
                set.pauseLimit,
                set.fullCheckInPause);
    }

    /** The store in which the records are when the rollout begins. */
    public BackendFactory source() {
        return set.source;
    }

    /** The store they go to; empty at the beginning, see {@code adoptTarget}. */
    public BackendFactory target() {
        return set.target;
    }

    /** Names the rollout in its control records, 1 to 64 letters, digits, {@code . _ -}. */
    public String name() {
        return set.name;
    }

    /** What a write waits for. */
    public MirrorMode mode() {
        return set.mode;
    }

    /** Whether a node is ready only when the mirror is, too. */
    public boolean secondaryRequired() {
        return set.secondaryRequired;
    }

    /** Accepts a target that already has records under the prefix when the rollout begins: those without a counterpart in the source will be removed by a repair. */
    public boolean adoptTarget() {
        return set.adoptTarget;
    }

    /** Compares all records once more in the pause of a cut-over, instead of trusting that the nodes mirrored what they wrote since the comparison before it; {@code pauseLimit} must be long enough. */
    public boolean fullCheckInPause() {
        return set.fullCheckInPause;
    }

    /** How often each node reads the phase, 20 ms to 10 s: one strong read of a small record. */
    public Duration pollEvery() {
        return set.pollEvery;
    }

    /** How long a node may write after it began to read the phase, twice {@code pollEvery} to 60 s. */
    public Duration phaseValidity() {
        return set.phaseValidity;
    }

    /** How much longer a write may take that is still to be acknowledged, 10 ms to 60 s. */
    public Duration grace() {
        return set.grace;
    }

    /** How long a pause may last before it is undone, 100 ms to 10 min; nodes that are left in a pause undo it after twice that. */
    public Duration pauseLimit() {
        return set.pauseLimit;
    }

    /** How long a handover watches the leases of nodes for one that writes without the mirror, at least twice {@code lease.renewEvery} to find any, 0 to 10 min; 0 trusts the operator. */
    public Duration outsiderWatch() {
        return set.outsiderWatch;
    }

    /** How far apart the readings are that prove together what one alone does not: that a record is not there, or differs; 10 ms to 60 s. Longer than whatever stands between the nodes and a store makes up answers for. */
    public Duration secondLook() {
        return set.secondLook;
    }

    /** Bound of each request to the mirror and to control records, 10 ms to 60 s. */
    public Duration requestTimeout() {
        return set.requestTimeout;
    }

    /** Keys of this node that may wait to be mirrored, 16 to 1,000,000; more are left to the comparison, or with {@link MirrorMode#REQUIRED} refused. */
    public int maxPending() {
        return set.maxPending;
    }

    /** Writes of this node that may wait for the end of a pause, 16 to 1,000,000; more are refused. */
    public int maxParked() {
        return set.maxParked;
    }

    /** Keys mirrored at a time, 1 to 1,024. */
    public int mirrorWrites() {
        return set.mirrorWrites;
    }

    /** Keys whose versions in both stores are remembered, 16 to 1,000,000, about 300 bytes each. */
    public int rememberedVersions() {
        return set.rememberedVersions;
    }

    /** Tells newer records from older ones. */
    public RecordOrder order() {
        return set.order;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MirrorConfig that
                && OPTIONS.values(set).equals(OPTIONS.values(that.set))
                && Objects.equals(set.source, that.set.source)
                && Objects.equals(set.target, that.set.target)
                && Objects.equals(set.order, that.set.order);
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "MirrorConfig" + OPTIONS.values(set);
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
            this.source = OPTIONS.given("source", source);
            this.target = OPTIONS.given("target", target);
        }

        /** See {@link MirrorConfig#name}. */
        public Builder name(String value) {
            name = OPTIONS.given("name", value);
            return this;
        }

        /** See {@link MirrorConfig#mode}. */
        public Builder mode(MirrorMode value) {
            mode = OPTIONS.given("mode", value);
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
            pollEvery = OPTIONS.given("pollEvery", value);
            return this;
        }

        /** See {@link MirrorConfig#phaseValidity}. */
        public Builder phaseValidity(Duration value) {
            phaseValidity = OPTIONS.given("phaseValidity", value);
            return this;
        }

        /** See {@link MirrorConfig#grace}. */
        public Builder grace(Duration value) {
            grace = OPTIONS.given("grace", value);
            return this;
        }

        /** See {@link MirrorConfig#pauseLimit}. */
        public Builder pauseLimit(Duration value) {
            pauseLimit = OPTIONS.given("pauseLimit", value);
            return this;
        }

        /** See {@link MirrorConfig#outsiderWatch}. */
        public Builder outsiderWatch(Duration value) {
            outsiderWatch = OPTIONS.given("outsiderWatch", value);
            return this;
        }

        /** See {@link MirrorConfig#secondLook}. */
        public Builder secondLook(Duration value) {
            secondLook = OPTIONS.given("secondLook", value);
            return this;
        }

        /** See {@link MirrorConfig#requestTimeout}. */
        public Builder requestTimeout(Duration value) {
            requestTimeout = OPTIONS.given("requestTimeout", value);
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
            order = OPTIONS.given("order", value);
            return this;
        }

        private Builder copy() {
            Builder copy = OPTIONS.copy(this, new Builder(source, target));
            copy.order = order;
            return copy;
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public MirrorConfig build() {
            return new MirrorConfig(copy());
        }
    }
}

package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How records are kept in an Ignite cache. All nodes that share a prefix must use the same values for everything that
 * describes the cache: name, region, backups and partitions. Immutable.
 */
public final class IgniteKvConfig {
    /** The region records are kept in unless told otherwise. */
    public static final String DEFAULT_REGION = "durable-servers";

    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("igniteKv", "")
            .option(
                    "cacheName",
                    OptionKind.text("[A-Za-z0-9._-]{1,100}", "1 to 100 letters, digits and . _ -"),
                    b -> b.cacheName,
                    Builder::cacheName)
            .option(
                    "dataRegion",
                    OptionKind.of("the name of a data region", text -> text, text -> !text.isBlank()),
                    b -> b.dataRegion,
                    Builder::dataRegion)
            .option("inMemory", OptionKind.flag(), b -> b.inMemory, Builder::inMemory)
            .option("backups", OptionKind.number(0, 7), b -> b.backups, Builder::backups)
            .option("partitions", OptionKind.number(1, 65_000), b -> b.partitions, Builder::partitions)
            .option(
                    "expectedNodes",
                    OptionKind.number(0, SizeChange.LARGEST),
                    b -> b.expectedNodes,
                    Builder::expectedNodes)
            .option("splitWrites", OptionKind.flag(), b -> b.splitWrites, Builder::splitWrites)
            .option(
                    "maxRecordBytes",
                    OptionKind.bytes(1 << 10, 512 << 20),
                    b -> b.maxRecordBytes,
                    Builder::maxRecordBytes)
            .option("maxInFlight", OptionKind.number(16, 1 << 20), b -> b.maxInFlight, Builder::maxInFlight)
            .option("threads", OptionKind.number(1, 256), b -> b.threads, Builder::threads);

    private final Builder set;

    private IgniteKvConfig(Builder set) {
        OPTIONS.check(set);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(IgniteKvConfig base) {
        return base.set.copy();
    }

    /**
     * A builder with the values of a map, such as {@link java.util.Properties}; {@code sdk/docs/options.md} lists the keys.
     *
     * @throws ConfigurationException for an unknown key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public static Builder from(Map<?, ?> values) {
        return OPTIONS.filled(new Builder(), values);
    }

    /** The keys of {@link #from(Map)}, with what their values must be. */
    public static Map<String, String> keys() {
        return OPTIONS.keys();
    }

    /** A persistent region with one backup, and no quorum rule; see {@link Builder#expectedNodes}. */
    public static IgniteKvConfig defaults() {
        return builder().build();
    }

    /** The fewest server nodes of so many that may write; 0 for any. */
    public int quorum() {
        return set.expectedNodes == 0 ? 0 : ClusterSize.majority(set.expectedNodes);
    }

    /** The name of the cache for the records of a prefix. */
    String cacheNameFor(String prefix) {
        return cacheName().orElseGet(() -> {
            String plain = prefix.replaceFirst("/$", "").replaceAll("[^A-Za-z0-9._-]", "-");
            String start = plain.substring(0, Math.min(plain.length(), 60));
            // Two prefixes that look the same after the replacement must not share a cache.
            return "durable-records-" + start + "-" + Integer.toHexString(prefix.hashCode());
        });
    }

    private static void check(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw ConfigurationException.option(option, value, low + " to " + high);
        }
    }

    /** Name of the cache, 1 to 100 letters, digits, {@code . _ -}; when empty, {@code durable-records-} and the prefix, with a hash of it. */
    public Optional<String> cacheName() {
        return Optional.ofNullable(set.cacheName);
    }

    /** Name of the Ignite data region; it must be persistent, or acknowledged state would not survive. */
    public String dataRegion() {
        return set.dataRegion;
    }

    /** Accepts a region that is not persistent: records are lost when all copies' nodes are gone. */
    public boolean inMemory() {
        return set.inMemory;
    }

    /** Copies of each record besides the primary one, 0 to 7; written before a write is acknowledged. */
    public int backups() {
        return set.backups;
    }

    /** Partitions of the cache, 1 to 65,000; use the number of the directory cache, so that a record's primary copy lies where its key's arbiter is. */
    public int partitions() {
        return set.partitions;
    }

    /** How many server nodes the cluster is meant to have, 0 to 1,000: more than half of them have to be there to read and write, and more than half of the baseline. A cluster stores the number it began with, and that counts: {@link IgniteKv#changeExpectedNodes} changes it. With 0 there is no such rule: one node alone needs none, and a second one is refused. Records in memory are not refused, and their number is not stored: it changes when all nodes are stopped. */
    public int expectedNodes() {
        return set.expectedNodes;
    }

    /** Accepts several nodes without {@code expectedNodes}: when the network splits both halves write, and what one half acknowledged is lost. */
    public boolean splitWrites() {
        return set.splitWrites;
    }

    /** Size of a record, 1 KiB to 512 MiB; a write-ahead log segment must hold two of them. */
    public int maxRecordBytes() {
        return set.maxRecordBytes;
    }

    /** Requests of this node that may wait for an answer, 16 to 1,048,576; more are refused. */
    public int maxInFlight() {
        return set.maxInFlight;
    }

    /** Threads of this backend that enter Ignite, 1 to 256. */
    public int threads() {
        return set.threads;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IgniteKvConfig that && OPTIONS.values(set).equals(OPTIONS.values(that.set));
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "IgniteKvConfig" + OPTIONS.values(set);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private @Nullable String cacheName;
        private String dataRegion = DEFAULT_REGION;
        private boolean inMemory;
        private int backups = 1;
        private int partitions = 256;
        private int expectedNodes;
        private boolean splitWrites;
        private int maxRecordBytes = 16 << 20;
        private int maxInFlight = 65_536;
        private int threads = Math.max(4, Math.min(64, 2 * Runtime.getRuntime().availableProcessors()));

        private Builder() {}

        /** See {@link IgniteKvConfig#cacheName}. */
        public Builder cacheName(String value) {
            cacheName = OPTIONS.given("cacheName", value);
            return this;
        }

        /** See {@link IgniteKvConfig#dataRegion}. */
        public Builder dataRegion(String value) {
            dataRegion = OPTIONS.given("dataRegion", value);
            return this;
        }

        /** See {@link IgniteKvConfig#inMemory}. */
        public Builder inMemory(boolean value) {
            inMemory = value;
            return this;
        }

        /** See {@link IgniteKvConfig#backups}. */
        public Builder backups(int value) {
            backups = value;
            return this;
        }

        /** See {@link IgniteKvConfig#partitions}. */
        public Builder partitions(int value) {
            partitions = value;
            return this;
        }

        /** The fewest server nodes that may write: {@link #expectedNodes} of twice as many less one; 0 for no rule, at most 500. */
        public Builder quorum(int value) {
            check("igniteKv.quorum", value, 0, SizeChange.LARGEST / 2);
            expectedNodes = Math.max(0, 2 * value - 1);
            return this;
        }

        /** Requires a majority of this many server nodes, at most 1,000; 0 for no rule. See {@link IgniteKvConfig#expectedNodes}. */
        public Builder expectedNodes(int value) {
            expectedNodes = value;
            return this;
        }

        /** See {@link IgniteKvConfig#splitWrites}. Has no effect where a number of nodes is expected. */
        public Builder splitWrites(boolean value) {
            splitWrites = value;
            return this;
        }

        /** See {@link IgniteKvConfig#maxRecordBytes}. */
        public Builder maxRecordBytes(int value) {
            maxRecordBytes = value;
            return this;
        }

        /** See {@link IgniteKvConfig#maxInFlight}. */
        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        /** See {@link IgniteKvConfig#threads}. */
        public Builder threads(int value) {
            threads = value;
            return this;
        }

        private Builder copy() {
            return OPTIONS.copy(this, new Builder());
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public IgniteKvConfig build() {
            return new IgniteKvConfig(copy());
        }
    }
}

package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How records are kept in an Ignite cache. All nodes that share a prefix must use the same values for everything that
 * describes the cache: name, region, backups and partitions.
 *
 * @param cacheName name of the cache, 1 to 100 letters, digits, {@code . _ -}; when empty, {@code durable-records-} and
 *     the prefix, with a hash of it
 * @param dataRegion name of the Ignite data region; it must be persistent, or acknowledged state would not survive
 * @param inMemory accepts a region that is not persistent: records are lost when all copies' nodes are gone
 * @param backups copies of each record besides the primary one, 0 to 7; written before a write is acknowledged
 * @param partitions partitions of the cache, 1 to 65,000; use the number of the directory cache, so that a record's primary
 *     copy lies where its key's arbiter is
 * @param expectedNodes how many server nodes the cluster is meant to have, 0 to 1,999: more than half of them have to be there to read
 *     and write, and more than half of the baseline. A cluster stores the number it began with, and that counts:
 *     {@link IgniteKv#changeExpectedNodes} changes it. With 0 there is no such rule: one node alone needs none, and a second one is
 *     refused. Records in memory are not refused, and their number is not stored: it changes when all nodes are stopped
 * @param splitWrites accepts several nodes without {@code expectedNodes}: when the network splits both halves write, and what one
 *     half acknowledged is lost
 * @param maxRecordBytes size of a record, 1 KiB to 512 MiB; a write-ahead log segment must hold two of them
 * @param maxInFlight requests of this node that may wait for an answer, 16 to 1,048,576; more are refused
 * @param threads threads of this backend that enter Ignite, 1 to 256
 * @param watchable whether changes can be watched; this node is then told of every change of the cache, which costs the
 *     writers of all nodes 10 to 25 percent
 */
public record IgniteKvConfig(
        Optional<String> cacheName,
        String dataRegion,
        boolean inMemory,
        int backups,
        int partitions,
        int expectedNodes,
        boolean splitWrites,
        int maxRecordBytes,
        int maxInFlight,
        int threads,
        boolean watchable) {
    /** The region records are kept in unless told otherwise. */
    public static final String DEFAULT_REGION = "durable-servers";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public IgniteKvConfig {
        if (cacheName.isPresent() && !NAME.matcher(cacheName.orElseThrow()).matches()) {
            throw ConfigurationException.option(
                    "igniteKv.cacheName", cacheName.orElseThrow(), "1 to 100 letters, digits and . _ -");
        }
        if (dataRegion.isBlank()) {
            throw ConfigurationException.option("igniteKv.dataRegion", dataRegion, "the name of a data region");
        }
        check("igniteKv.backups", backups, 0, 7);
        check("igniteKv.partitions", partitions, 1, 65_000);
        check("igniteKv.expectedNodes", expectedNodes, 0, 1_999);
        check("igniteKv.maxRecordBytes", maxRecordBytes, 1 << 10, 512 << 20);
        check("igniteKv.maxInFlight", maxInFlight, 16, 1 << 20);
        check("igniteKv.threads", threads, 1, 256);
    }

    /** The fewest server nodes of so many that may write; 0 for any. */
    public int quorum() {
        return expectedNodes == 0 ? 0 : ClusterSize.majority(expectedNodes);
    }

    /** A persistent region with one backup, and no quorum rule; see {@link Builder#expectedNodes}. */
    public static IgniteKvConfig defaults() {
        return builder().build();
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(IgniteKvConfig base) {
        Builder builder = new Builder();
        builder.cacheName = base.cacheName;
        builder.dataRegion = base.dataRegion;
        builder.inMemory = base.inMemory;
        builder.backups = base.backups;
        builder.partitions = base.partitions;
        builder.expectedNodes = base.expectedNodes;
        builder.splitWrites = base.splitWrites;
        builder.maxRecordBytes = base.maxRecordBytes;
        builder.maxInFlight = base.maxInFlight;
        builder.threads = base.threads;
        builder.watchable = base.watchable;
        return builder;
    }

    /** The name of the cache for the records of a prefix. */
    String cacheNameFor(String prefix) {
        return cacheName.orElseGet(() -> {
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

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private Optional<String> cacheName = Optional.empty();
        private String dataRegion = DEFAULT_REGION;
        private boolean inMemory;
        private int backups = 1;
        private int partitions = 256;
        private int expectedNodes;
        private boolean splitWrites;
        private int maxRecordBytes = 16 << 20;
        private int maxInFlight = 65_536;
        private int threads = Math.max(4, Math.min(64, 2 * Runtime.getRuntime().availableProcessors()));
        private boolean watchable;

        private Builder() {}

        /** See {@link IgniteKvConfig#cacheName}. */
        public Builder cacheName(String value) {
            cacheName = Optional.of(value);
            return this;
        }

        /** See {@link IgniteKvConfig#dataRegion}. */
        public Builder dataRegion(String value) {
            dataRegion = value;
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

        /** The fewest server nodes that may write: {@link #expectedNodes} of twice as many less one; 0 for no rule, at most 1,000. */
        public Builder quorum(int value) {
            check("igniteKv.quorum", value, 0, 1_000);
            expectedNodes = Math.max(0, 2 * value - 1);
            return this;
        }

        /** Requires a majority of this many server nodes, 1 to 1,000. See {@link IgniteKvConfig#expectedNodes}. */
        public Builder expectedNodes(int value) {
            check("igniteKv.expectedNodes", value, 1, SizeChange.LARGEST);
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

        /** See {@link IgniteKvConfig#watchable}. */
        public Builder watchable(boolean value) {
            watchable = value;
            return this;
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public IgniteKvConfig build() {
            return new IgniteKvConfig(
                    cacheName,
                    dataRegion,
                    inMemory,
                    backups,
                    partitions,
                    expectedNodes,
                    splitWrites,
                    maxRecordBytes,
                    maxInFlight,
                    threads,
                    watchable);
        }
    }
}

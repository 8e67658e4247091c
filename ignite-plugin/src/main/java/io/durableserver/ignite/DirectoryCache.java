package io.durableserver.ignite;

import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;

/** The cache behind a directory: partitioned, in memory, and only on nodes that take part in its prefix. */
final class DirectoryCache {
    /** Few, because a scan asks partition by partition; enough to spread over dozens of nodes. */
    static final int PARTITIONS = 256;

    private DirectoryCache() {}

    static String name(String prefix) {
        String safe = prefix.substring(0, prefix.length() - 1).replaceAll("[^A-Za-z0-9_.-]", "-");
        // Different prefixes may become the same text.
        return "durable-directory-" + safe + "-" + Integer.toHexString(prefix.hashCode());
    }

    static IgniteCache<String, byte[]> open(Ignite ignite, String prefix, int backups, @Nullable String region) {
        CacheConfiguration<String, byte[]> configuration = new CacheConfiguration<>(name(prefix));
        configuration.setCacheMode(CacheMode.PARTITIONED);
        configuration.setAtomicityMode(CacheAtomicityMode.ATOMIC);
        configuration.setBackups(backups);
        configuration.setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC);
        configuration.setRebalanceMode(CacheRebalanceMode.SYNC);
        // Reads are linearizable with changes only on the primary.
        configuration.setReadFromBackup(false);
        configuration.setAffinity(new RendezvousAffinityFunction(true, PARTITIONS));
        configuration.setNodeFilter(new TakesPart(prefix));
        // The default of 500 would block the caller of an asynchronous operation.
        configuration.setMaxConcurrentAsyncOperations(0);
        configuration.setStatisticsEnabled(false);
        if (region != null) {
            configuration.setDataRegionName(region);
        }
        return ignite.getOrCreateCache(configuration);
    }

    /** Nodes that take part in a prefix. */
    static final class TakesPart implements IgnitePredicate<ClusterNode> {
        private static final long serialVersionUID = 1L;

        private final String prefix;

        TakesPart(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean apply(ClusterNode node) {
            return NodeAttributes.takesPart(node, prefix);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TakesPart that && that.prefix.equals(prefix);
        }

        @Override
        public int hashCode() {
            return prefix.hashCode();
        }
    }
}

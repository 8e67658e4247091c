package io.durableserver.ignite;

import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.jspecify.annotations.Nullable;

/** The cache behind {@link IgniteNodeStates}: replicated, in memory, and only on nodes that take part in its prefix. */
final class StatesCache {
    /** A row or two per node. */
    private static final int PARTITIONS = 16;

    private StatesCache() {}

    static String name(String prefix) {
        return DirectoryCache.name(prefix).replaceFirst("directory", "states");
    }

    static IgniteCache<String, byte[]> open(Ignite ignite, String prefix, @Nullable String region) {
        CacheConfiguration<String, byte[]> configuration = new CacheConfiguration<>(name(prefix));
        configuration.setCacheMode(CacheMode.REPLICATED);
        configuration.setAtomicityMode(CacheAtomicityMode.ATOMIC);
        configuration.setWriteSynchronizationMode(CacheWriteSynchronizationMode.PRIMARY_SYNC);
        configuration.setRebalanceMode(CacheRebalanceMode.ASYNC);
        configuration.setAffinity(new RendezvousAffinityFunction(false, PARTITIONS));
        configuration.setNodeFilter(new DirectoryCache.TakesPart(prefix));
        configuration.setStatisticsEnabled(false);
        if (region != null) {
            configuration.setDataRegionName(region);
        }
        return ignite.getOrCreateCache(configuration);
    }
}

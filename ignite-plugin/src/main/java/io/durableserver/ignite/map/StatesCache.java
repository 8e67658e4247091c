package io.durableserver.ignite.map;

import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;

/** The cache behind {@link IgniteNodeStates}: replicated. */
public final class StatesCache {
    /** A row or two per node. */
    private static final int PARTITIONS = 16;

    private StatesCache() {}

    public static String name(String prefix) {
        return SharedMapCache.name("states", prefix);
    }

    static MemoryCache open(MapHost host) {
        return new MemoryCache(host, name(host.prefix()), configuration -> {
            configuration.setCacheMode(CacheMode.REPLICATED);
            configuration.setWriteSynchronizationMode(CacheWriteSynchronizationMode.PRIMARY_SYNC);
            configuration.setRebalanceMode(CacheRebalanceMode.ASYNC);
            configuration.setAffinity(new RendezvousAffinityFunction(false, PARTITIONS));
            return configuration;
        });
    }
}

package io.durableserver.ignite.map;

import io.durableserver.spi.Scheduler;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.jspecify.annotations.Nullable;

/** The cache behind {@link IgniteNodeStates}: replicated. */
public final class StatesCache {
    /** A row or two per node. */
    private static final int PARTITIONS = 16;

    private StatesCache() {}

    public static String name(String prefix) {
        return SharedMapCache.name("states", prefix);
    }

    static MemoryCache open(Ignite ignite, String prefix, @Nullable String region, Scheduler scheduler) {
        return new MemoryCache(ignite, prefix, name(prefix), region, scheduler, configuration -> {
            configuration.setCacheMode(CacheMode.REPLICATED);
            configuration.setWriteSynchronizationMode(CacheWriteSynchronizationMode.PRIMARY_SYNC);
            configuration.setRebalanceMode(CacheRebalanceMode.ASYNC);
            configuration.setAffinity(new RendezvousAffinityFunction(false, PARTITIONS));
            return configuration;
        });
    }
}

package io.durableserver.ignite.map;

import io.durableserver.spi.MapConflictException;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapSpec.Kind;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cache behind a shared map. */
public final class SharedMapCache {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMapCache.class);
    /** Few, because a scan asks partition by partition; enough to spread over dozens of nodes. */
    static final int PARTITIONS = 256;

    private SharedMapCache() {}

    /** The name of a cache of a prefix. */
    public static String name(String what, String prefix) {
        String safe = prefix.substring(0, prefix.length() - 1).replaceAll("[^A-Za-z0-9_.-]", "-");
        // Different prefixes may become the same text.
        return "durable-" + what + "-" + safe + "-" + Integer.toHexString(prefix.hashCode());
    }

    static MemoryCache open(MapHost host, MapSpec spec, int backups) {
        MemoryCache cache = new MemoryCache(host, name("map-" + spec.name(), host.prefix()), configuration -> {
            if (spec.kind() == Kind.PARTITIONED) {
                configuration.setCacheMode(CacheMode.PARTITIONED);
                configuration.setBackups(backups);
            } else {
                configuration.setCacheMode(CacheMode.REPLICATED);
            }
            configuration.setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC);
            configuration.setRebalanceMode(CacheRebalanceMode.SYNC);
            // Reads are linearizable with changes only on the primary.
            configuration.setReadFromBackup(false);
            configuration.setAffinity(new RendezvousAffinityFunction(true, PARTITIONS));
            // The default of 500 would block the caller of an asynchronous operation.
            configuration.setMaxConcurrentAsyncOperations(0);
            return configuration;
        });
        try {
            check(spec, backups, cache);
        } catch (RuntimeException conflict) {
            cache.closeAfter(conflict);
            throw conflict;
        }
        return cache;
    }

    /** Another node may have made the cache first, and Ignite takes it as it is. */
    @SuppressWarnings("unchecked") // the class of the configuration says nothing of its parameters
    private static void check(MapSpec spec, int backups, MemoryCache cache) {
        CacheConfiguration<String, byte[]> present = cache.cache().getConfiguration(CacheConfiguration.class);
        boolean replicated = present.getCacheMode() == CacheMode.REPLICATED;
        if (replicated != (spec.kind() == Kind.REPLICATED)) {
            throw new MapConflictException(spec, replicated ? "a replicated one" : "a partitioned one");
        }
        if (!replicated && present.getBackups() != backups) {
            // As in a rolling upgrade that changes them: a node that refused its maps for that could not serve.
            LOG.warn(
                    "The map {} has {} backups, not the {} asked for, until all nodes were down",
                    spec.name(),
                    present.getBackups(),
                    backups);
        }
    }
}

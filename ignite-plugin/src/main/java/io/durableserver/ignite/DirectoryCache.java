package io.durableserver.ignite;

import io.durableserver.spi.Scheduler;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.jspecify.annotations.Nullable;

/** The cache behind a directory: partitioned. */
final class DirectoryCache {
    /** Few, because a scan asks partition by partition; enough to spread over dozens of nodes. */
    static final int PARTITIONS = 256;

    private DirectoryCache() {}

    static String name(String prefix) {
        String safe = prefix.substring(0, prefix.length() - 1).replaceAll("[^A-Za-z0-9_.-]", "-");
        // Different prefixes may become the same text.
        return "durable-directory-" + safe + "-" + Integer.toHexString(prefix.hashCode());
    }

    static MemoryCache open(Ignite ignite, String prefix, int backups, @Nullable String region, Scheduler scheduler) {
        return new MemoryCache(ignite, prefix, name(prefix), region, scheduler, configuration -> {
            configuration.setCacheMode(CacheMode.PARTITIONED);
            configuration.setBackups(backups);
            configuration.setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC);
            configuration.setRebalanceMode(CacheRebalanceMode.SYNC);
            // Reads are linearizable with changes only on the primary.
            configuration.setReadFromBackup(false);
            configuration.setAffinity(new RendezvousAffinityFunction(true, PARTITIONS));
            // The default of 500 would block the caller of an asynchronous operation.
            configuration.setMaxConcurrentAsyncOperations(0);
            return configuration;
        });
    }
}

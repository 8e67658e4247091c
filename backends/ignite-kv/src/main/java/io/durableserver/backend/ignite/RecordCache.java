package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.CacheConfiguration;
import org.jspecify.annotations.Nullable;

/** The shape of the cache that holds the records, and the checks that it has it. */
final class RecordCache {
    private static final UUID NOBODY = new UUID(0, 0);

    private final Ignite ignite;
    private final IgniteKvConfig config;
    private final String prefix;
    private final String name;
    private final Door door;
    private final QuorumView quorum;
    private volatile @Nullable IgniteCache<String, byte[]> cache;
    private volatile @Nullable Affinity<String> affinity;

    RecordCache(Ignite ignite, IgniteKvConfig config, String prefix, String name, Door door, QuorumView quorum) {
        this.ignite = ignite;
        this.config = config;
        this.prefix = prefix;
        this.name = name;
        this.door = door;
        this.quorum = quorum;
    }

    Door door() {
        return door;
    }

    QuorumView quorum() {
        return quorum;
    }

    /** Ends the use of all caches of the cluster; throws where its state is being changed just now. Blocks. */
    void deactivate() {
        ignite.cluster().state(ClusterState.INACTIVE);
    }

    /** The cache; only after {@link #open}. */
    IgniteCache<String, byte[]> get() {
        return Objects.requireNonNull(cache, "cache");
    }

    /** The node that has the primary copy, as known now; the same {@link #NOBODY} when none is. */
    UUID primaryOf(String key) {
        try {
            ClusterNode primary = Objects.requireNonNull(affinity, "affinity").mapKeyToNode(key);
            return primary == null ? NOBODY : primary.id();
        } catch (RuntimeException closed) {
            // The request itself will hear why.
            return NOBODY;
        }
    }

    /** Whether caches can be used now. Blocks during a change of that state. */
    boolean clusterActive() {
        return ignite.cluster().state().active();
    }

    /** Whether caches can be used, or are about to be. Does not block. */
    boolean isBeingActivated() {
        return IgniteInternals.active(ignite);
    }

    /** Throws where the cluster is not active, or was activated and it was not looked yet which nodes are here. Blocks during a change of that state. */
    void checkOpen() {
        if (!clusterActive()) {
            throw new IllegalStateException("The cluster is not active");
        }
        if (!door.isOpen()) {
            throw new IllegalStateException("It is not known yet whether the newest records are here");
        }
    }

    /** Throws where {@link #checkOpen} does, or these nodes are no quorum. Blocks during a change of that state. */
    void checkWritable() {
        checkOpen();
        if (!quorum.holds()) {
            throw new IllegalStateException(
                    "Not enough nodes of the baseline are here to write [quorum=" + quorum.servers() + "]");
        }
    }

    /** Whether the cluster is known to be inactive; false when the node is stopping. */
    boolean clusterInactive() {
        try {
            return !clusterActive();
        } catch (RuntimeException stopping) {
            return false;
        }
    }

    /** Whether the node has begun to stop: nothing will be opened on it any more. */
    boolean stopping() {
        return IgniteInternals.stopping(ignite);
    }

    /** Opens the cache, and creates it where it does not exist yet. Blocks; needs an active cluster. */
    @SuppressWarnings("unchecked") // the configuration's own type parameters
    void open() {
        CacheConfiguration<String, byte[]> wanted = configuration();
        IgniteCache<String, byte[]> found = ignite.getOrCreateCache(wanted);
        checkShape(wanted, found.getConfiguration(CacheConfiguration.class));
        affinity = ignite.affinity(name);
        // The cluster hears of these classes now. The first write to another node would hold the cache until all nodes
        // have answered: when this one was just cut off none does, and its Ignite would never end.
        ignite.binary().toBinary(CompareAndSet.INSTANCE);
        ignite.binary().toBinary(CompareAndSetAll.INSTANCE);
        // A retry after the primary failed could find its first try overwritten, and would then report a conflict for
        // a write that was applied. Without retries the outcome is unknown, which is the truth.
        cache = found.withNoRetries();
    }

    private CacheConfiguration<String, byte[]> configuration() {
        return new CacheConfiguration<String, byte[]>(name)
                .setCacheMode(CacheMode.PARTITIONED)
                .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setPartitionLossPolicy(PartitionLossPolicy.READ_WRITE_SAFE)
                .setBackups(config.backups())
                .setAffinity(new ServerKeyAffinity(prefix, config.partitions()))
                .setDataRegionName(config.dataRegion())
                .setTopologyValidator(new Quorum(config.quorum(), config.inMemory() ? null : name))
                .setReadFromBackup(false)
                .setCopyOnRead(false)
                .setEventsDisabled(true)
                // The backend has a bound of its own; Ignite's would block the caller.
                .setMaxConcurrentAsyncOperations(0);
    }

    private static void checkShape(CacheConfiguration<?, ?> wanted, CacheConfiguration<?, ?> actual) {
        Map<String, Object> expected = shape(wanted);
        Map<String, Object> found = shape(actual);
        if (!expected.equals(found)) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.CLUSTER_MISMATCH,
                    "The records' cache exists with another configuration",
                    Map.of("cache", wanted.getName(), "expected", expected, "found", found));
        }
    }

    private static Map<String, Object> shape(CacheConfiguration<?, ?> cache) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("atomicity", cache.getAtomicityMode());
        shape.put("writeSynchronization", cache.getWriteSynchronizationMode());
        shape.put("partitionLossPolicy", cache.getPartitionLossPolicy());
        shape.put("backups", cache.getBackups());
        shape.put("partitions", cache.getAffinity().partitions());
        shape.put("dataRegion", String.valueOf(cache.getDataRegionName()));
        if (cache.getTopologyValidator() instanceof Quorum rule && rule.cache() == null) {
            // Where a cache is named the number is remembered by the nodes, and may be another one.
            shape.put("quorum", rule.servers());
        }
        return shape;
    }
}

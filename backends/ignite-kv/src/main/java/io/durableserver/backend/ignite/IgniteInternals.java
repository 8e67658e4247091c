package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.CachePartialUpdateException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.failure.FailureContext;
import org.apache.ignite.failure.FailureType;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.cluster.ClusterTopologyServerNotFoundException;
import org.apache.ignite.internal.processors.affinity.AffinityTopologyVersion;
import org.apache.ignite.internal.processors.cache.CacheInvalidStateException;
import org.apache.ignite.internal.processors.cache.CachePartialUpdateCheckedException;
import org.apache.ignite.internal.processors.cache.DynamicCacheDescriptor;
import org.apache.ignite.internal.processors.cache.GridCacheAdapter;
import org.apache.ignite.internal.processors.cache.distributed.dht.IgniteClusterReadOnlyException;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.GridDhtPartitionMap;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.GridDhtPartitionsExchangeFuture;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.PartitionsExchangeAware;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.apache.ignite.internal.processors.cluster.BaselineTopology;
import org.apache.ignite.internal.util.typedef.X;
import org.jspecify.annotations.Nullable;

/**
 * The only class that knows Ignite's internal classes. The public exceptions do not tell a write that was refused before
 * it was sent from one that may have been applied; their causes do, and nothing public names those.
 */
final class IgniteInternals {
    private IgniteInternals() {}

    /** Whether a node has taken in the newest change of the topology: it knows then which partitions are lost. */
    static boolean settled(Ignite node) {
        GridKernalContext context = ((IgniteEx) node).context();
        return !context.state().clusterState().transition()
                && context.cache()
                                .context()
                                .exchange()
                                .readyAffinityVersion()
                                .compareTo(context.discovery().topologyVersionEx())
                        >= 0;
    }

    /** The newest change that this node has heard of, and may not have taken in. */
    static Topology topology(Ignite node) {
        AffinityTopologyVersion now = ((IgniteEx) node).context().discovery().topologyVersionEx();
        return new Topology(now.topologyVersion(), now.minorTopologyVersion());
    }

    /** The names of the server nodes that are here. Also answers while the node starts or stops. */
    static Set<String> servers(Ignite node) {
        return ((IgniteEx) node)
                .context().discovery().aliveServerNodes().stream()
                        .map(server -> String.valueOf(server.consistentId()))
                        .collect(Collectors.toSet());
    }

    /** The version of the topology as a node sees it, also while the node starts or stops. */
    static long topologyVersion(Ignite node) {
        return ((IgniteEx) node).context().discovery().topologyVersion();
    }

    /** The views of the cluster until now; empty where it is not known yet which nodes are here. Does not block. */
    static Optional<CopyMark.Moment> moment(Ignite node, long now) {
        return Views.moment(version -> view(node, version), now);
    }

    /** A name for the server nodes that were here by a version of the topology, another one after each change of them; empty where they are not known any more. */
    private static Optional<String> view(Ignite node, long version) {
        Collection<ClusterNode> then = ((IgniteEx) node).context().discovery().topology(version);
        if (then == null) {
            return Optional.empty();
        }
        long all = 0;
        for (ClusterNode one : then) {
            if (!one.isClient()) {
                long bits = one.id().getMostSignificantBits() * 0x9E3779B97F4A7C15L
                        + one.id().getLeastSignificantBits();
                all += (bits ^ (bits >>> 29)) * 0xBF58476D1CE4E5B9L;
            }
        }
        return Optional.of(((IgniteEx) node).context().discovery().gridStartTime() + "-" + Long.toHexString(all));
    }

    /** Whether a node has the newest copy of all it is to have of a cache: nothing is being filled, nothing is lost. Blocks while Ignite changes partitions. */
    static Filled filled(Ignite node, String cacheName) {
        return Filled.look(
                () -> settled(node) ? Optional.of(topology(node)) : Optional.empty(), () -> ownsAll(node, cacheName));
    }

    private static boolean ownsAll(Ignite node, String cacheName) {
        GridCacheAdapter<?, ?> cache = ((IgniteEx) node).context().cache().internalCache(cacheName);
        if (cache == null) {
            return false;
        }
        UUID self = node.cluster().localNode().id();
        AffinityTopologyVersion last = cache.context().group().affinity().lastVersion();
        Set<Integer> meant = new HashSet<>(cache.context().affinity().primaryPartitions(self, last));
        meant.addAll(cache.context().affinity().backupPartitions(self, last));
        GridDhtPartitionMap here = cache.context().topology().localPartitionMap();
        return ownsAll(meant, here::get);
    }

    /** What it is to have counts: a partition that is not there yet is in no state at all. */
    static boolean ownsAll(Set<Integer> meant, IntFunction<@Nullable GridDhtPartitionState> here) {
        return meant.stream().allMatch(partition -> here.apply(partition) == GridDhtPartitionState.OWNING);
    }

    /** The nodes of the baseline that were here by these versions of the topology, the first left out; empty where not all are known any more. */
    static Optional<List<Set<String>>> servers(Ignite node, long after, long last) {
        Set<String> baseline = baseline(node);
        List<Set<String>> all = new ArrayList<>();
        for (long version = after + 1; version <= last; version++) {
            Collection<ClusterNode> then =
                    ((IgniteEx) node).context().discovery().topology(version);
            if (then == null) {
                return Optional.empty();
            }
            all.add(then.stream()
                    .filter(one -> !one.isClient())
                    .map(one -> String.valueOf(one.consistentId()))
                    .filter(baseline::contains)
                    .collect(Collectors.toSet()));
        }
        return Optional.of(all);
    }

    /** Tells the failure handler of a node of something it must not go on with. */
    static void fail(Ignite node, RuntimeException failure) {
        var unused =
                ((IgniteEx) node).context().failure().process(new FailureContext(FailureType.CRITICAL_ERROR, failure));
    }

    /** Whether a node has begun to stop, or has stopped. */
    static boolean stopping(Ignite node) {
        return ((IgniteEx) node).context().isStopping();
    }

    /** Whether caches can be used, or are about to be. Does not block. */
    static boolean active(Ignite node) {
        return ((IgniteEx) node).context().state().clusterState().state().active();
    }

    /** The version of the topology that a node has taken in. */
    static long readyVersion(Ignite node) {
        return ((IgniteEx) node)
                .context()
                .cache()
                .context()
                .exchange()
                .readyAffinityVersion()
                .topologyVersion();
    }

    /** Whether it is known that no partition of a cache is lost, as far as the last change that was taken in. Blocks while Ignite changes partitions. */
    static boolean nothingIsLost(Ignite node, String cacheName) {
        // Others wait until the cache is initialised, which this thread may be about to do.
        GridCacheAdapter<?, ?> cache = ((IgniteEx) node).context().cache().internalCache(cacheName);
        return cache != null && cache.context().topology().lostPartitions().isEmpty();
    }

    /** Runs something, with the version of the topology, each time when a node has taken in a change of nodes or partitions, as long as it runs. */
    static void afterChanges(Ignite node, LongConsumer look) {
        ((IgniteEx) node)
                .context()
                .cache()
                .context()
                .exchange()
                .registerExchangeAwareComponent(new PartitionsExchangeAware() {
                    @Override
                    public void onDoneAfterTopologyUnlock(GridDhtPartitionsExchangeFuture change) {
                        AffinityTopologyVersion version = change.result();
                        look.accept(
                                version == null
                                        ? change.initialVersion().topologyVersion()
                                        : version.topologyVersion());
                    }
                });
    }

    /** Whether a cache keeps no more than two copies; false where it is not known. Does not block. */
    static boolean hasPairs(Ignite node, String cacheName) {
        DynamicCacheDescriptor cache = ((IgniteEx) node).context().cache().cacheDescriptor(cacheName);
        return cache != null && cache.cacheConfiguration().getBackups() <= 1;
    }

    /** A node's part of a cache as long as the cluster stays active: another object after each activation; null where there is none. Does not block. */
    static @Nullable Object run(Ignite node, String cacheName) {
        GridCacheAdapter<?, ?> cache = ((IgniteEx) node).context().cache().internalCache(cacheName);
        return cache == null ? null : cache.context();
    }

    /** What tells the nodes that are meant to have records; another object after each change. Null where there is none. */
    static @Nullable Object baselineTopology(Ignite node) {
        return ((IgniteEx) node).context().state().clusterState().baselineTopology();
    }

    /** The names of the nodes that are meant to have records; empty where there is none yet. Also answers while the node starts or stops. */
    static Set<String> baseline(Ignite node) {
        BaselineTopology baseline =
                ((IgniteEx) node).context().state().clusterState().baselineTopology();
        return baseline == null
                ? Set.of()
                : baseline.consistentIds().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    /** Whether partitions of a cache are lost; false where the cluster is not active, the node stops, or there is no such cache. */
    static boolean partitionsLost(Ignite node, String cacheName) {
        try {
            IgniteCache<?, ?> cache = node.cluster().state().active() ? node.cache(cacheName) : null;
            return cache != null && !cache.lostPartitions().isEmpty();
        } catch (IgniteException | IllegalStateException deactivated) {
            return false;
        }
    }

    /** Whether the failure, or what it was caused by or keeps as suppressed, is of one of the types. */
    static boolean has(Throwable failure, Class<?>... types) {
        return X.hasCause(failure, types);
    }

    static @Nullable CachePartialUpdateException partial(Throwable failure) {
        return X.cause(failure, CachePartialUpdateException.class);
    }

    /** Sent, and failed on its way or on a node. */
    static boolean sent(Throwable failure) {
        return has(failure, CachePartialUpdateException.class, CachePartialUpdateCheckedException.class);
    }

    /**
     * Checked when a write is mapped to nodes, before anything is sent: no quorum, lost partitions, an inactive or
     * read-only cluster, no node left that has the partition.
     */
    static boolean refused(Throwable failure) {
        return has(
                failure,
                CacheInvalidStateException.class,
                IgniteClusterReadOnlyException.class,
                ClusterTopologyServerNotFoundException.class);
    }
}

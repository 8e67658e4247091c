package io.durableserver.backend.ignite;

import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node sees a quorum now. Ignite asks for it when the topology changes; a node that was cut off during an operation must
 * not believe that answer, and what counts may have changed since, so it is checked before and after each operation once more.
 */
final class QuorumView {
    private record Seen(long topologyVersion, @Nullable Object baseline, Optional<ClusterSize> size, boolean holds) {}

    private record Place(UUID node, String cache) {}

    /** Ignite gives a rule that is stored with a cache no way to the node it is asked on. */
    private static final Map<Place, Set<QuorumView>> OPEN = new ConcurrentHashMap<>();

    private final Ignite ignite;
    private final ClusterSizes sizes;
    private final Place place;
    private final StoreFacts facts;
    private volatile Seen seen = new Seen(-1, null, Optional.empty(), false);
    /** Guarded by this: the newest look that was told, once there was a quorum. */
    private long toldAt = -1;

    private boolean toldHolds = true;
    private boolean held;

    QuorumView(Ignite ignite, String cacheName, ClusterSizes sizes, StoreFacts facts) {
        this.ignite = ignite;
        this.sizes = sizes;
        this.facts = facts;
        this.place = new Place(ignite.cluster().localNode().id(), cacheName);
    }

    /** The views of the open backends of a node. */
    static Set<QuorumView> of(UUID node, String cache) {
        return OPEN.getOrDefault(new Place(node, cache), Set.of());
    }

    void open() {
        OPEN.computeIfAbsent(place, none -> ConcurrentHashMap.newKeySet()).add(this);
    }

    void close() {
        OPEN.computeIfPresent(place, (same, views) -> {
            views.remove(this);
            return views.isEmpty() ? null : views;
        });
    }

    boolean holds() {
        try {
            Optional<ClusterSize> size = sizes.now();
            return size.isEmpty() || seenNow(size).holds();
        } catch (IllegalStateException stopping) {
            return false;
        }
    }

    /**
     * Tells of a quorum that was lost or came back since the last look: where nothing is read or written, nothing else looks.
     *
     * @throws IllegalStateException when the node stops
     */
    void look() {
        Optional<ClusterSize> size = sizes.now();
        if (size.isPresent()) {
            var unused = seenNow(size);
        }
    }

    private Seen seenNow(Optional<ClusterSize> size) {
        Seen last = seen;
        long version = ignite.cluster().topologyVersion();
        Object baseline = IgniteInternals.baselineTopology(ignite);
        if (last.topologyVersion() != version
                || last.baseline() != baseline
                || !last.size().equals(size)) {
            last = new Seen(version, baseline, size, holds(ignite.cluster().nodes()));
            seen = last;
            tell(last);
        }
        return last;
    }

    /** A node that never saw one waits for it, and has lost none. */
    private synchronized void tell(Seen look) {
        held |= look.holds();
        if (!held || look.topologyVersion() < toldAt) {
            return;
        }
        toldAt = look.topologyVersion();
        if (look.holds() != toldHolds) {
            toldHolds = look.holds();
            int here = IgniteInternals.servers(ignite).size();
            int needed = servers();
            facts.tell((store, cache) -> look.holds()
                    ? new StoreEvent.QuorumBack(store, cache, here)
                    : new StoreEvent.QuorumLost(store, cache, here, needed));
        }
    }

    /** Whether these nodes were one. */
    boolean holds(Collection<ClusterNode> nodes) {
        return SizeChange.mayWrite(
                sizes.now(),
                IgniteInternals.baseline(ignite),
                nodes.stream()
                        .filter(node -> !node.isClient())
                        .map(node -> Objects.toString(node.consistentId()))
                        .collect(Collectors.toSet()));
    }

    /** How many nodes make one now; 0 for any. */
    int servers() {
        int baseline = IgniteInternals.baseline(ignite).size();
        return sizes.now().map(size -> size.quorum(baseline)).orElse(0);
    }
}

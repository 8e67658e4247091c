package io.durableserver.backend.ignite;

import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.events.Event;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;

/**
 * Opens lost partitions again. When all nodes with a copy of a partition are gone, Ignite refuses its keys until someone
 * says that the copies which came back are good. They are when every node of the baseline is there: the newest copy is
 * among them, and Ignite chooses it. With fewer nodes an older copy would bring overwritten records back (P2), so this
 * waits. Only for persistent records: what was in memory does not come back.
 */
final class LostPartitions {
    private final Ignite ignite;
    private final String cacheName;
    private final Executor blocking;
    private final IgnitePredicate<Event> listener;

    LostPartitions(Ignite ignite, String cacheName, Executor blocking) {
        this.ignite = ignite;
        this.cacheName = cacheName;
        this.blocking = blocking;
        this.listener = joined -> {
            this.blocking.execute(this::recover);
            return true;
        };
    }

    void start() {
        ignite.events().localListen(listener, EventType.EVT_NODE_JOINED);
        recover();
    }

    void stop() {
        ignite.events().stopLocalListen(listener);
    }

    /** Blocks. */
    private void recover() {
        try {
            if (!ignite.cache(cacheName).lostPartitions().isEmpty() && baselineComplete()) {
                ignite.resetLostPartitions(Set.of(cacheName));
                ignite.log().info("Opened lost partitions again: all nodes are back [cache=" + cacheName + "]");
            }
        } catch (RuntimeException failure) {
            // The next node that joins is the next occasion; until then the keys stay refused, which is safe.
            ignite.log().warning("Could not open lost partitions again [cache=" + cacheName + "]", failure);
        }
    }

    private boolean baselineComplete() {
        @Nullable Collection<BaselineNode> baseline = ignite.cluster().currentBaselineTopology();
        Set<Object> online = ignite.cluster().forServers().nodes().stream()
                .map(ClusterNode::consistentId)
                .collect(Collectors.toSet());
        return Objects.requireNonNullElse(baseline, Set.<BaselineNode>of()).stream()
                .allMatch(node -> online.contains(node.consistentId()));
    }
}

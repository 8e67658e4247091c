package io.durableserver.backend.ignite;

import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
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
 * says that the copies which came back are good. They are when the nodes that have, together, the newest copy of every record are
 * there ({@link CopyMark}), with their disks: without them an older copy would bring overwritten records back, and with an empty
 * disk records would be absent that were acknowledged (P2), so this waits; for an empty disk, until an operator decides. It does
 * not wait for anybody else: of the copies of a lost partition Ignite takes that of the node which joins last, also when it is an
 * older one. Only for persistent records: what was in memory does not come back.
 */
final class LostPartitions {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Ignite ignite;
    private final String cacheName;
    private final BooleanSupplier newestAreHere;
    private final Executor blocking;
    private final Scheduler scheduler;
    private final IgnitePredicate<Event> listener;
    private volatile boolean stopped;

    /** @param newestAreHere whether the nodes with the newest copies are there; blocks */
    LostPartitions(
            Ignite ignite, String cacheName, BooleanSupplier newestAreHere, Executor blocking, Scheduler scheduler) {
        this.ignite = ignite;
        this.cacheName = cacheName;
        this.newestAreHere = newestAreHere;
        this.blocking = blocking;
        this.scheduler = scheduler;
        this.listener = joined -> {
            soon();
            return true;
        };
    }

    /** Blocks. */
    void start() {
        ignite.events().localListen(listener, EventType.EVT_NODE_JOINED);
        recover();
    }

    /** Blocks. */
    void stop() {
        stopped = true;
        ignite.events().stopLocalListen(listener);
    }

    private void soon() {
        if (!stopped) {
            blocking.execute(this::recover);
        }
    }

    /** Blocks. */
    private void recover() {
        try {
            if (ignite.cache(cacheName).lostPartitions().isEmpty()) {
                DiskMark.set(ignite, cacheName);
            } else if (newestAreHere.getAsBoolean() || baselineComplete()) {
                open();
            }
        } catch (RuntimeException failure) {
            // A node that joined may not have its place yet. Until it has, the keys stay refused, which is safe.
            ignite.log().warning("Could not open lost partitions again [cache=" + cacheName + "]", failure);
            if (!stopped) {
                var unused = scheduler.schedule(AGAIN, this::soon);
            }
        }
    }

    private void open() {
        if (!DiskMark.everywhere(ignite, cacheName)) {
            ignite.log()
                    .error(
                            "Partitions were lost, and a node has come back without its disk: their records stay refused."
                                    + " Bring the disk back, or accept the loss with control.sh --cache reset_lost_partitions"
                                    + " [cache=" + cacheName + "]");
            return;
        }
        ignite.resetLostPartitions(Set.of(cacheName));
        ignite.log().warning("Opened lost partitions again: the newest copies are back [cache=" + cacheName + "]");
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

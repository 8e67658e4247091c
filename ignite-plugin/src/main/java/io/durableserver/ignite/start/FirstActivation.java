package io.durableserver.ignite.start;

import io.durableserver.ignite.base.Daemons;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Activates a persistent cluster that never was, once enough server nodes are there. Only the oldest node does. A cluster
 * that was active before has a baseline; Ignite activates it by itself when all of that has come back, and nobody else
 * may: with fewer nodes it would serve without the newest data.
 */
public final class FirstActivation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstActivation.class);

    private final Ignite ignite;
    private final int nodes;
    private final ExecutorService thread = Daemons.pool("durable-first-activation", 1);
    private final IgnitePredicate<DiscoveryEvent> listener = this::onChange;

    private FirstActivation(Ignite ignite, int nodes) {
        this.ignite = ignite;
        this.nodes = nodes;
    }

    /** Begins to wait for so many nodes. */
    public static FirstActivation when(Ignite ignite, int nodes) {
        FirstActivation activation = new FirstActivation(ignite, nodes);
        ignite.events()
                .localListen(
                        activation.listener,
                        EventType.EVT_NODE_JOINED,
                        EventType.EVT_NODE_LEFT,
                        EventType.EVT_NODE_FAILED);
        activation.look();
        return activation;
    }

    /**
     * Waits for nobody any more. An activation that is under way is not waited for either: Ignite does not stop a node while a
     * thread waits for a change of the cluster's state.
     */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private boolean onChange(DiscoveryEvent event) {
        return look();
    }

    /** False when there is nothing left to wait for, which also ends the listening. */
    private boolean look() {
        try {
            thread.execute(this::activateIfDue);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void activateIfDue() {
        try {
            if (ignite.cluster().state().active() || wasActive()) {
                thread.shutdown();
            } else if (isOldest() && ignite.cluster().forServers().nodes().size() >= nodes) {
                LOG.info("Activating the new cluster: {} server nodes have joined", nodes);
                ignite.cluster().state(ClusterState.ACTIVE);
                thread.shutdown();
            }
        } catch (IgniteException | IllegalStateException e) {
            // Another change of the topology tries again; a node that stops needs no activation.
            LOG.warn("Activation failed: {}", e.toString());
        }
    }

    private boolean wasActive() {
        Iterable<BaselineNode> baseline = ignite.cluster().currentBaselineTopology();
        return baseline != null && baseline.iterator().hasNext();
    }

    private boolean isOldest() {
        return ignite.cluster().forServers().forOldest().node().isLocal();
    }
}

package io.durableserver.ignite.start;

import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;

/**
 * Activates a persistent cluster that never was, once enough server nodes are there. Only the oldest node does. A cluster
 * that was active before has a baseline; Ignite activates it by itself when all of that has come back, and nothing else
 * may: with fewer nodes it would serve without the newest data.
 */
public final class FirstActivation implements AutoCloseable {
    private final Ignite ignite;
    private final int nodes;
    private final Consumer<RuntimeEvent> facts;
    private final ExecutorService thread = Daemons.pool("durable-first-activation", 1);
    private final IgnitePredicate<DiscoveryEvent> listener = this::onChange;

    private FirstActivation(Ignite ignite, int nodes, Consumer<RuntimeEvent> facts) {
        this.ignite = ignite;
        this.nodes = nodes;
        this.facts = facts;
    }

    /** Begins to wait for so many nodes. */
    public static FirstActivation when(Ignite ignite, int nodes, Consumer<RuntimeEvent> facts) {
        FirstActivation activation = new FirstActivation(ignite, nodes, facts);
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
     * Ends all waits. An activation that is under way is not waited for either: Ignite does not stop a node while a
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
                facts.accept(new ClusterEvent.ClusterActivated(
                        ignite.name(), ignite.cluster().forServers().nodes().size()));
                ignite.cluster().state(ClusterState.ACTIVE);
                thread.shutdown();
            }
        } catch (IgniteException | IllegalStateException e) {
            // Another change of the topology tries again; a node that stops needs no activation.
            facts.accept(new ClusterEvent.ActivationFailed(ignite.name(), e.toString()));
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

package io.durableserver.backend.ignite;

import java.util.Collection;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.TopologyValidator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses writes where fewer than a quorum of server nodes are left, so that a minority cannot write (P1). Ignite asks once after each
 * change of the topology or of the baseline, on every node that sends writes.
 *
 * <p>Ignite serializes it with the cache: the fields are part of the stored form.
 *
 * @param servers the fewest server nodes where nothing else is stored; 0 for no rule
 * @param cache the name of the cache where the nodes remember its {@link ClusterSize}, which counts instead
 */
record Quorum(int servers, @Nullable String cache) implements TopologyValidator {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean validate(Collection<ClusterNode> nodes) {
        if (cache == null) {
            return servers == 0
                    || nodes.stream().filter(node -> !node.isClient()).count() >= servers;
        }
        // Where no backend is open no write is sent.
        return nodes.stream()
                .filter(ClusterNode::isLocal)
                .allMatch(local -> QuorumView.of(local.id(), cache).stream().allMatch(view -> view.holds(nodes)));
    }
}

package io.durableserver.backend.ignite;

import java.util.Collection;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.TopologyValidator;

/**
 * Refuses writes where fewer than a number of server nodes are left, so that a minority cannot write (P1).
 *
 * <p>Ignite serializes it with the cache: the field is part of the stored form.
 *
 * @param servers the fewest server nodes; 0 for no rule
 */
record Quorum(int servers) implements TopologyValidator {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean validate(Collection<ClusterNode> nodes) {
        return servers == 0 || nodes.stream().filter(node -> !node.isClient()).count() >= servers;
    }
}

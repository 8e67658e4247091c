package io.durableserver.runtime.node;

import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.activation.Figures;
import io.durableserver.runtime.call.PendingCalls;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.Session;
import java.util.List;

/** The figures of a node for those who listen to it. */
record Gauges(NodeScope node, List<String> types, Activations activations, PendingCalls calls) implements NodeGauges {
    @Override
    public String prefix() {
        return node.config().prefix();
    }

    @Override
    public Session session() {
        return node.session();
    }

    @Override
    public Snapshot read() {
        return new Snapshot(
                calls.count(),
                node.lease().leftNanos(node.time().nanoTime()),
                Figures.of(types, activations.running()));
    }
}

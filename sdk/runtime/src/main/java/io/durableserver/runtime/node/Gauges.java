package io.durableserver.runtime.node;

import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.activation.Figures;
import io.durableserver.runtime.call.PendingCalls;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The figures of a node for those who listen to it. Does not keep a closed node. */
final class Gauges implements NodeGauges {
    private record Source(NodeScope node, Activations activations, PendingCalls calls) {}

    private final String prefix;
    private final Session session;
    private final List<String> types;
    private volatile @Nullable Source source;

    Gauges(NodeScope node, List<String> types, Activations activations, PendingCalls calls) {
        this.prefix = node.config().prefix();
        this.session = node.session();
        this.types = types;
        this.source = new Source(node, activations, calls);
    }

    /** The node is closed: all is zero from now on. */
    void release() {
        source = null;
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public List<String> types() {
        return types;
    }

    @Override
    public Snapshot read() {
        Source now = source;
        if (now == null) {
            return new Snapshot(0, 0, Figures.of(types, List.of()));
        }
        long leftNanos = now.node().lease().leftNanos(now.node().time().nanoTime());
        return new Snapshot(
                now.calls().count(),
                leftNanos,
                Figures.of(types, now.activations().running()));
    }
}

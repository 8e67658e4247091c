package io.durableserver.runtime.node;

import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.activation.Figures;
import io.durableserver.runtime.call.Calls;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The figures of a node for those who listen to it. Does not keep a closed node. */
final class Gauges implements NodeGauges {
    private record Source(SharedScope node, Activations activations, Calls calls) {}

    private final String prefix;
    private final Session session;
    private final String store;
    private final List<String> types;
    private volatile @Nullable Source source;

    Gauges(SharedScope node, List<String> types, Activations activations, Calls calls) {
        this.prefix = node.config().prefix();
        this.session = node.session();
        this.store = node.store().name();
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
    public String store() {
        return store;
    }

    @Override
    public List<String> types() {
        return types;
    }

    @Override
    public Snapshot read() {
        Source now = source;
        if (now == null) {
            return Snapshot.nothing(Figures.of(types, List.of(), 0));
        }
        SharedScope node = now.node();
        long nanos = node.time().nanoTime();
        Transport.Waiting queued = node.cluster().transport().waiting();
        return new Snapshot(
                now.calls().pending().count(),
                node.lease().leftNanos(nanos),
                node.lease().holdNanos(),
                now.calls().locations(),
                node.directory().ownedSize(),
                queued.messages(),
                queued.bytes(),
                node.scheduler().pools(),
                Figures.of(types, now.activations().running(), nanos));
    }
}

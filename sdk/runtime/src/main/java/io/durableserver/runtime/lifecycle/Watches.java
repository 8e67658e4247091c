package io.durableserver.runtime.lifecycle;

import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.activation.TurnWatch;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.split.SplitWatch;
import io.durableserver.runtime.split.Surroundings;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What looks at a node now and then, as long as it lives: for turns that take long, and for a cluster in two. */
public final class Watches {
    private final NodeScope node;
    private final TurnWatch turns;
    private volatile @Nullable SplitWatch splits;

    public Watches(NodeScope node, Activations activations) {
        this.node = node;
        this.turns = new TurnWatch(
                node.scheduler(),
                node.time(),
                activations::running,
                node.config().types());
    }

    public void start() {
        turns.start();
    }

    /** Begins to look for other clusters of the prefix, too; {@code serves} says whether this node does. */
    public void forSplits(Surroundings around, BooleanSupplier serves) {
        SplitWatch watch = new SplitWatch(
                node.store(),
                node.keys(),
                node.membership(),
                node.scheduler(),
                node.time(),
                node.config().lease().time(),
                serves,
                around,
                node.facts());
        splits = watch;
        watch.start();
    }

    void close() {
        turns.close();
        SplitWatch watch = splits;
        if (watch != null) {
            watch.close();
        }
    }
}

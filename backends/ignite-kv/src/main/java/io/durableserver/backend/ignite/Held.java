package io.durableserver.backend.ignite;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are known to remember each other. Pure.
 *
 * @param nodes of the baseline
 * @param baseline what says which nodes are meant to have records, another object after each change
 * @param topology the newest one that is known to have all of them
 */
record Held(Set<String> nodes, @Nullable Object baseline, Topology topology) {
    static final Held NOTHING = new Held(Set.of(), null, Topology.NONE);

    boolean isAny() {
        return !topology.equals(Topology.NONE);
    }

    /** Whether nothing at all has changed. */
    boolean isStill(Topology now, @Nullable Object baselineNow) {
        return isAny() && topology.equals(now) && baseline == baselineNow;
    }

    /** Whether only clients, or other caches, can have changed. */
    boolean has(Set<String> alive, @Nullable Object baselineNow) {
        return isAny() && baseline == baselineNow && nodes.equals(alive);
    }
}

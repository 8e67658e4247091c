package io.durableserver.spi;

import java.util.function.Function;

/**
 * Everything a node's runtime gets from the cluster it runs in. Thread-safe; every method returns the same object each time.
 * Implementations pass the compatibility kits of the store testkit.
 */
public interface Cluster {
    /** The most maps that are open on a node. Each costs memory on all nodes, also once it is closed. */
    int MAX_MAPS = 64;

    /** The sessions that are there. */
    Membership membership();

    /** Messages. */
    Transport transport();

    /**
     * A map that all nodes of the prefix share, made when it is asked for first. May block then, until the cluster has made
     * it; later calls return at once, the same map until it is closed. So it is called where a node or a service starts,
     * not inside a turn.
     *
     * <p>The backups of a map are those of the node that made it: another number, as in the middle of a rolling upgrade, is
     * not refused, and counts when the map is made anew, after all nodes of the prefix were down.
     *
     * @throws MapConflictException when the name was opened as another kind, here or on another node
     * @throws MapUnavailableException when it cannot be made now; ask again
     * @throws TooManyMapsException when {@value #MAX_MAPS} others are open here; close one
     */
    SharedMap map(MapSpec spec);

    /** What the sessions say about themselves. */
    NodeStates states();

    /** Executors and timers; closed by the code that made the cluster. */
    Scheduler scheduler();

    /** Clocks. */
    TimeSource time();

    /**
     * A cluster put together from its parts.
     *
     * @param open makes a map; called for a name that has none or a closed one, one call at a time
     */
    static Cluster of(
            Membership membership,
            Transport transport,
            Function<MapSpec, SharedMap> open,
            NodeStates states,
            Scheduler scheduler,
            TimeSource time) {
        return new ComposedCluster(membership, transport, new OpenMaps(open), states, scheduler, time);
    }
}

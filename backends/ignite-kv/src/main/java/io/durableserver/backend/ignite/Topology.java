package io.durableserver.backend.ignite;

/**
 * A version of the topology of a cluster.
 *
 * @param nodes one more with each node that comes or goes
 * @param changes one more with each change of the baseline, of caches, or of where partitions are, by the same nodes
 */
record Topology(long nodes, int changes) {
    static final Topology NONE = new Topology(-1, 0);
}

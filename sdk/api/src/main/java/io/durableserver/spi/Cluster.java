package io.durableserver.spi;

/**
 * Everything a node's runtime gets from the cluster it runs in.
 *
 * @param membership who is there
 * @param transport messages
 * @param directory the map from server keys to their owners, one per prefix
 * @param states what the sessions say about themselves
 * @param scheduler executors and timers; closed by whoever made it
 * @param time clocks
 */
public record Cluster(
        Membership membership,
        Transport transport,
        SharedMap directory,
        NodeStates states,
        Scheduler scheduler,
        TimeSource time) {}

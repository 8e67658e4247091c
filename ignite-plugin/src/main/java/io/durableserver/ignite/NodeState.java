package io.durableserver.ignite;

import java.time.Instant;
import java.util.Objects;

/**
 * How a node stands, for people, probes and listeners.
 *
 * @param phase where it is between start and end
 * @param ready whether it takes requests for all its prefixes, and nothing tells that it may soon not
 * @param since when it came into this phase, by the wall clock
 * @param cause why it is there, in a sentence; empty while all is well
 * @param trouble what a program can tell of the cause
 */
public record NodeState(Phase phase, boolean ready, Instant since, String cause, Trouble trouble) {
    /** The phase of a node. */
    public enum Phase {
        /** It has joined, and does not take requests yet: the cluster, the store or its lease is waited for. */
        STARTING,
        /** All is well. */
        SERVING,
        /**
         * It is in the cluster and something is wrong, now or soon: {@link NodeState#ready} tells whether it takes requests all
         * the same.
         */
        DEGRADED,
        /** It was cut off, and comes back by itself: until then it takes no requests. */
        REJOINING,
        /** It is over for good: closed, or lost and told to stay down. */
        STOPPED
    }

    /** What people have to do something about, beside the node. */
    public enum Trouble {
        /** Nothing, or something that is told in the cause only. */
        NONE,
        /** The disk of the node is full: the node comes back by itself once there is room, unless it was told to stay down. */
        DISK_FULL,
        /** A file of the node's data is damaged. */
        DISK_DAMAGED
    }

    public NodeState {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(trouble, "trouble");
    }

    /** The answer for a liveness probe: false when only a new start of the node, or of its process, helps. */
    public boolean live() {
        return phase != Phase.STOPPED;
    }

    @Override
    public String toString() {
        return phase + (cause.isEmpty() ? "" : ": " + cause) + " (since " + since + ")";
    }
}

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
 */
public record NodeState(Phase phase, boolean ready, Instant since, String cause) {
    /** Where a node is. */
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

    public NodeState {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(cause, "cause");
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

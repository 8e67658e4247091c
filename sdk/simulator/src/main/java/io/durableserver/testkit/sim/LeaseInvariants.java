package io.durableserver.testkit.sim;

import io.durableserver.spi.Session;
import java.util.HashSet;
import java.util.Set;

/**
 * P4 at its root: when another node has ended the lease of a session in the store, that session serves no more. No turn
 * begins there, no reply leaves it, and neither does a message of a turn that was held up. By true time, which no node knows.
 */
public final class LeaseInvariants {
    private final Simulation simulation;
    private final Set<Session> ended = new HashSet<>();

    public LeaseInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** The store has it that a session is gone. */
    public void ended(Session session, Session by) {
        if (ended.add(session)) {
            simulation.trace("lease ended", session, "by", by);
        }
    }

    /** Whether others may act as if the session were gone. */
    public boolean isEnded(Session session) {
        return ended.contains(session);
    }

    /** A turn of a server starts. */
    public void turnStarted(String key, Session node) {
        if (ended.contains(node)) {
            simulation.fail("P4", "key " + key + ": " + node + " started a turn after its lease was ended");
        }
    }

    /** A reply to a caller leaves a node. */
    public void replyLeft(Session node) {
        if (ended.contains(node)) {
            simulation.fail("P4", "a reply left " + node + " after its lease was ended");
        }
    }

    /** A message of a server leaves a node. One that had to look for its way may have been let go long before. */
    public void messageLeft(SimNode node) {
        if (ended.contains(node.session()) && simulation.pauses().isResumed(node)) {
            simulation.fail("P4", "a message left " + node.session() + " after its lease was ended");
        }
    }
}

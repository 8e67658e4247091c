package io.durableserver.testkit.sim;

import io.durableserver.spi.Session;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One writer and one server per key: P1 over every write the store applies, P4 over the true time of every turn. Knows
 * nothing that a node knows.
 */
public final class OwnershipInvariants {
    /** What is known of one key. */
    private static final class Key {
        long storedEpoch = -1;
        long writes = -1;

        @Nullable
        Session owner;

        long turnEpoch = -1;

        @Nullable
        Session turnNode;

        boolean inTurn;

        /** What the epochs of this life of the key are counted from: they begin with 1 again after a delete. */
        long base;

        /** The newest epoch of each session, counted from the base of its life. */
        final Map<Session, Long> claimed = new HashMap<>();

        long of(Session session, long epoch) {
            long counted = claimed.getOrDefault(session, base);
            return counted / LIFE * LIFE + epoch;
        }
    }

    private static final long LIFE = 1_000_000;

    private final Simulation simulation;
    private final Map<String, Key> keys = new HashMap<>();

    public OwnershipInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** The store applied a write of a server's record. */
    public void stored(String key, Session owner, long written, long writes) {
        Key known = keys.computeIfAbsent(key, absent -> new Key());
        simulation.trace("record", key, owner, "epoch", written, "writes", writes);
        long epoch = known.base + written;
        known.claimed.put(owner, epoch);
        if (epoch < known.storedEpoch) {
            broken(
                    "P1",
                    key,
                    "epoch " + epoch + " of " + owner + " was written over epoch " + known.storedEpoch + " of "
                            + known.owner);
        } else if (epoch == known.storedEpoch && !owner.equals(known.owner)) {
            broken("P1", key, "epoch " + epoch + " belongs to " + known.owner + " and to " + owner);
        } else if (writes <= known.writes) {
            broken("P1", key, "write " + writes + " of " + owner + " came after write " + known.writes);
        }
        known.storedEpoch = epoch;
        known.owner = owner;
        known.writes = writes;
    }

    /** The store removed the record of a server: its next life begins. */
    public void removed(String key) {
        Key known = keys.computeIfAbsent(key, absent -> new Key());
        simulation.trace("record removed", key);
        known.base += LIFE;
        known.storedEpoch = known.base;
        known.owner = null;
        known.writes = -1;
    }

    /** A turn of a server starts, {@code init} included. */
    public void turnStarted(String key, Session node, long told) {
        Key known = keys.computeIfAbsent(key, absent -> new Key());
        simulation.trace("turn", key, node, "epoch", told);
        long epoch = known.of(node, told);
        if (epoch < known.base) {
            broken("P4", key, node + " started a turn of epoch " + told + " after the record was removed");
        } else if (epoch < known.turnEpoch) {
            broken(
                    "P4",
                    key,
                    node + " started a turn of epoch " + epoch + " after the first turn of epoch " + known.turnEpoch
                            + " on " + known.turnNode);
        } else if (epoch == known.turnEpoch && !node.equals(known.turnNode)) {
            broken("P4", key, "epoch " + epoch + " has turns on " + known.turnNode + " and on " + node);
        } else if (known.inTurn && epoch == known.turnEpoch) {
            broken("P4", key, node + " started a turn of epoch " + epoch + " inside another turn");
        } else if (epoch > known.storedEpoch) {
            broken(
                    "P1",
                    key,
                    node + " started a turn of epoch " + epoch + ", but the store has epoch " + known.storedEpoch);
        }
        known.turnEpoch = epoch;
        known.turnNode = node;
        known.inTurn = true;
    }

    /** The turn of this node is over. A turn that was held up may end when another node has begun one. */
    public void turnEnded(String key, Session node) {
        Key known = keys.get(key);
        if (known != null && node.equals(known.turnNode)) {
            known.inTurn = false;
        }
    }

    private void broken(String promise, String key, String message) {
        simulation.fail(promise, "key " + key + ": " + message);
    }
}

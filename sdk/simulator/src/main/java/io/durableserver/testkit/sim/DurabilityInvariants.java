package io.durableserver.testkit.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What clients were told against what the store has: P2 and P3. The scenario's servers keep the ids of the increments
 * that were applied to them, so that each can be followed. A server that is deleted begins another life without them.
 */
public final class DurabilityInvariants {
    private enum Outcome {
        PENDING,
        ACKNOWLEDGED,
        NOT_APPLIED,
        UNKNOWN
    }

    private static final class Increment {
        final String key;
        final boolean strict;
        final int life;
        Outcome outcome = Outcome.PENDING;
        /** Its turn was given up. */
        boolean voided;

        Increment(String key, boolean strict, int life) {
            this.key = key;
            this.strict = strict;
            this.life = life;
        }
    }

    /** One key, over all its lives. */
    private static final class Key {
        final Set<Long> everStored = new HashSet<>();
        /** What was stored or acknowledged in a life that is over. */
        final Set<Long> forgotten = new HashSet<>();

        List<Long> acknowledged = new ArrayList<>();
        int life;
        int deletes;
        int deletesUnderWay;
    }

    /** A delete that a client asked for; alone when no other one of its key was without an answer. */
    public record Delete(String key, int life, int number, boolean alone) {}

    /** What a read that is sent now must show. */
    public record Mark(int life, int count) {}

    private final Simulation simulation;
    private final Map<Long, Increment> increments = new HashMap<>();
    private final Map<String, Key> keys = new HashMap<>();
    private long ids;
    private int acknowledgedStrictly;
    private boolean everythingCounts;

    public DurabilityInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** From now on nothing that is acknowledged may get lost, whether its reply promised so or not: nothing breaks. */
    public void everythingCounts() {
        everythingCounts = true;
    }

    private Key key(String key) {
        return keys.computeIfAbsent(key, absent -> new Key());
    }

    /**
     * A client is about to send an increment.
     *
     * @param strict whether its reply promises that it is stored
     * @return its id
     */
    public long issue(String key, boolean strict) {
        long id = ++ids;
        increments.put(id, new Increment(key, strict, key(key).life));
        return id;
    }

    /** The client got the reply of an increment. */
    public void acknowledge(long id) {
        Increment increment = settle(id, Outcome.ACKNOWLEDGED);
        Key key = key(increment.key);
        if (increment.strict) {
            if (!isSaved(increment.key, id)) {
                broken("P2", increment.key, "increment " + id + " was acknowledged, but is not stored");
            }
            acknowledgedStrictly++;
        }
        if ((increment.strict || everythingCounts) && increment.life == key.life) {
            key.acknowledged.add(id);
        }
    }

    /** The client was told that an increment was not applied, and never will be. */
    public void notApplied(long id) {
        Increment increment = settle(id, Outcome.NOT_APPLIED);
        if (key(increment.key).everStored.contains(id)) {
            broken("P2", increment.key, "increment " + id + " is stored, but its client was told it was not applied");
        }
    }

    /** The client was told that the outcome is unknown, or is gone. */
    public void unknown(long id) {
        settle(id, Outcome.UNKNOWN);
    }

    /** The turn of an increment was given up before it brought a result, whatever its client hears of it. */
    public void voided(long id) {
        Increment increment = increments.get(id);
        if (increment == null) {
            throw new IllegalStateException("Increment " + id + " was never issued");
        }
        increment.voided = true;
        if (key(increment.key).everStored.contains(id)) {
            broken("P2", increment.key, "increment " + id + " is stored, but its turn was given up");
        }
    }

    private Increment settle(long id, Outcome outcome) {
        Increment increment = increments.get(id);
        if (increment == null || increment.outcome != Outcome.PENDING) {
            throw new IllegalStateException("Increment " + id + " is not pending");
        }
        increment.outcome = outcome;
        simulation.trace("client", outcome.name(), increment.key, id);
        return increment;
    }

    /** The store applied a write of a server's record with these ids in its state. */
    public void stored(String key, Collection<Long> now) {
        Key known = key(key);
        Set<Long> ids = unique(key, now);
        for (long id : ids) {
            checkKnown("P2", key, id, "stored");
            if (known.forgotten.contains(id)) {
                broken("P2", key, "increment " + id + " came back after its server was deleted");
            }
        }
        for (long id : known.acknowledged) {
            if (!ids.contains(id) && known.everStored.contains(id)) {
                broken("P2", key, "acknowledged increment " + id + " was lost by a write");
            }
        }
        known.everStored.addAll(ids);
    }

    /** The store applied the delete of a server: the next one of this key begins with nothing. */
    public void deleted(String key) {
        Key known = key(key);
        known.life++;
        known.forgotten.addAll(known.everStored);
        known.forgotten.addAll(known.acknowledged);
        known.acknowledged = new ArrayList<>();
    }

    /** A client asks for a delete. Returns what to hand in with its answer. */
    public Delete deleting(String key) {
        Key known = key(key);
        known.deletesUnderWay++;
        return new Delete(key, known.life, ++known.deletes, known.deletesUnderWay == 1);
    }

    /** The client that asked for a delete was told whether there was something to delete. */
    public void deleteAnswered(Delete delete, boolean deleted) {
        Key known = key(delete.key());
        known.deletesUnderWay--;
        if (deleted && delete.alone() && known.life == delete.life()) {
            broken("P2", delete.key(), "a client was told that it was deleted, and the store has it still");
        }
    }

    /**
     * The client that asked for a delete got an error. After one that leaves the outcome open the delete may go on for as long as
     * it likes, and another client that joins it is told of it: it counts as under way from then on.
     *
     * @param notApplied whether that says that nothing was done
     */
    public void deleteFailed(Delete delete, boolean notApplied) {
        Key known = key(delete.key());
        if (notApplied) {
            known.deletesUnderWay--;
        }
        boolean onlyOne = delete.alone() && known.deletes == delete.number();
        if (notApplied && onlyOne && known.life != delete.life()) {
            broken("P2", delete.key(), "it was deleted, but its client was told that nothing was done");
        }
    }

    /** All of these must be stored by now, or have been. */
    public void saved(String key, Collection<Long> ids, String because) {
        for (long id : ids) {
            if (!isSaved(key, id)) {
                broken("P6", key, "increment " + id + " is not stored, but " + because);
            }
        }
    }

    /** Whether an increment is or was stored, or a delete that may have come after it is. */
    private boolean isSaved(String key, long id) {
        Key known = key(key);
        Increment increment = increments.get(id);
        return known.everStored.contains(id) || (increment != null && increment.life < known.life);
    }

    /** What a read of this key that starts now must see: all that was acknowledged so far in this life. */
    public Mark mark(String key) {
        return new Mark(key(key).life, key(key).acknowledged.size());
    }

    /**
     * A client got the reply of a read.
     *
     * @param sent {@link #mark} when the read was sent
     */
    public void read(String key, Collection<Long> seen, Mark sent) {
        Key known = key(key);
        Set<Long> ids = unique(key, seen);
        for (long id : ids) {
            observed(key, id);
        }
        if (sent.life() != known.life) {
            return;
        }
        for (long id : ids) {
            if (known.forgotten.contains(id)) {
                broken("P2", key, "a read shows increment " + id + ", deleted before it was sent");
            }
        }
        for (long id : known.acknowledged.subList(0, sent.count())) {
            if (!ids.contains(id)) {
                broken("P2", key, "a read does not show increment " + id + ", acknowledged before it was sent");
            }
        }
    }

    /** It was seen outside of a server that it applied an increment. */
    public void observed(String key, long id) {
        Increment increment = checkKnown("P3", key, id, "seen");
        if (increment.strict && !isSaved(key, id)) {
            broken("P3", key, "increment " + id + " was seen before it was stored");
        }
    }

    private Increment checkKnown(String promise, String key, long id, String how) {
        Increment increment = increments.get(id);
        if (increment == null || !increment.key.equals(key)) {
            throw new IllegalStateException("Increment " + id + " of " + key + " was never issued");
        }
        if (increment.outcome == Outcome.NOT_APPLIED) {
            broken(promise, key, "increment " + id + " was " + how + " after its client was told it was not applied");
        }
        if (increment.voided) {
            broken(promise, key, "increment " + id + " was " + how + " after its turn was given up");
        }
        return increment;
    }

    private Set<Long> unique(String key, Collection<Long> ids) {
        Set<Long> set = new HashSet<>(ids);
        if (set.size() != ids.size()) {
            broken("P2", key, "an increment was applied twice: " + ids);
        }
        return set;
    }

    /** For reports: how many strict increments were acknowledged, of how many increments in all. */
    public String summary() {
        return acknowledgedStrictly + " of " + ids + " acknowledged strictly";
    }

    private void broken(String promise, String key, String message) {
        simulation.fail(promise, "key " + key + ": " + message);
    }
}

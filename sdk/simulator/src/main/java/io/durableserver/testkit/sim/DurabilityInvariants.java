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
 * that were applied to them, so that each can be followed.
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
        Outcome outcome = Outcome.PENDING;

        Increment(String key, boolean strict) {
            this.key = key;
            this.strict = strict;
        }
    }

    private final Simulation simulation;
    private final Map<Long, Increment> increments = new HashMap<>();
    private final Map<String, Set<Long>> stored = new HashMap<>();
    private final Map<String, List<Long>> acknowledged = new HashMap<>();
    private long ids;

    public DurabilityInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /**
     * A client is about to send an increment.
     *
     * @param strict whether its reply promises that it is stored
     * @return its id
     */
    public long issue(String key, boolean strict) {
        long id = ++ids;
        increments.put(id, new Increment(key, strict));
        return id;
    }

    /** The client got the reply of an increment. */
    public void acknowledge(long id) {
        Increment increment = settle(id, Outcome.ACKNOWLEDGED);
        if (increment.strict) {
            if (!storedOf(increment.key).contains(id)) {
                broken("P2", increment.key, "increment " + id + " was acknowledged, but is not stored");
            }
            acknowledged
                    .computeIfAbsent(increment.key, key -> new ArrayList<>())
                    .add(id);
        }
    }

    /** The client was told that an increment was not applied, and never will be. */
    public void notApplied(long id) {
        Increment increment = settle(id, Outcome.NOT_APPLIED);
        if (storedOf(increment.key).contains(id)) {
            broken("P2", increment.key, "increment " + id + " is stored, but its client was told it was not applied");
        }
    }

    /** The client was told that nobody knows, or nobody is left to tell. */
    public void unknown(long id) {
        settle(id, Outcome.UNKNOWN);
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
        Set<Long> ids = unique(key, now);
        for (long id : ids) {
            checkKnown("P2", key, id, "stored");
        }
        for (long id : acknowledged.getOrDefault(key, List.of())) {
            if (!ids.contains(id)) {
                broken("P2", key, "acknowledged increment " + id + " was lost by a write");
            }
        }
        stored.put(key, ids);
    }

    /** How many increments of a key were acknowledged so far: a read that starts now must see them all. */
    public int acknowledgedCount(String key) {
        return acknowledged.getOrDefault(key, List.of()).size();
    }

    /**
     * A client got the reply of a read.
     *
     * @param acknowledgedBefore {@link #acknowledgedCount} when the read was sent
     */
    public void read(String key, Collection<Long> seen, int acknowledgedBefore) {
        Set<Long> ids = unique(key, seen);
        for (long id : ids) {
            observed(key, id);
        }
        for (long id : acknowledged.getOrDefault(key, List.of()).subList(0, acknowledgedBefore)) {
            if (!ids.contains(id)) {
                broken("P2", key, "a read does not show increment " + id + ", acknowledged before it was sent");
            }
        }
    }

    /** Somebody outside a server learned that it applied an increment. */
    public void observed(String key, long id) {
        Increment increment = checkKnown("P3", key, id, "seen");
        if (increment.strict && !storedOf(key).contains(id)) {
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
        return increment;
    }

    private Set<Long> unique(String key, Collection<Long> ids) {
        Set<Long> set = new HashSet<>(ids);
        if (set.size() != ids.size()) {
            broken("P2", key, "an increment was applied twice: " + ids);
        }
        return set;
    }

    private Set<Long> storedOf(String key) {
        return stored.getOrDefault(key, Set.of());
    }

    /** For reports: how many strict increments were acknowledged, of how many increments in all. */
    public String summary() {
        return acknowledged.values().stream().mapToInt(List::size).sum() + " of " + ids + " acknowledged strictly";
    }

    private void broken(String promise, String key, String message) {
        simulation.fail(promise, "key " + key + ": " + message);
    }
}

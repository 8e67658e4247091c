package io.durableserver.testkit.backend;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;

/** A plan by script: the next requests of a kind meet the faults queued for it, all others meet none. Thread-safe. */
public final class ScriptedFaults implements FaultPlan {
    private final Map<Operation, Queue<Decision>> scripts = new EnumMap<>(Operation.class);

    /** Queues a fault for the next {@code count} requests of a kind that have none queued yet. */
    public synchronized ScriptedFaults next(int count, Operation operation, Fault fault) {
        return next(count, operation, Decision.of(fault));
    }

    /** Queues a decision for the next {@code count} requests of a kind that have none queued yet. */
    public synchronized ScriptedFaults next(int count, Operation operation, Decision decision) {
        Queue<Decision> script = scripts.computeIfAbsent(operation, kind -> new ArrayDeque<>());
        for (int i = 0; i < count; i++) {
            script.add(decision);
        }
        return this;
    }

    @Override
    public synchronized Decision decide(Operation operation, String key) {
        Queue<Decision> script = scripts.get(operation);
        Decision decision = script == null ? null : script.poll();
        return decision == null ? Decision.FINE : decision;
    }
}

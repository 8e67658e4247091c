package io.durableserver.runtime.persistence;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Puts entries back that the directory lost or could not take: a few at a time, in rounds, until they are there or their
 * servers have stopped. Thread-safe.
 */
public final class Republish {
    private static final int AT_ONCE = 32;
    private static final long FIRST_MILLIS = 50;
    private static final int DOUBLINGS = 6;

    private final Scheduler scheduler;
    private final Facts facts;
    private final Set<Published> missing = new LinkedHashSet<>();
    private final Queue<Published> round = new ArrayDeque<>();
    private int underWay;
    private int failures;
    private boolean waiting;

    public Republish(Scheduler scheduler, Facts facts) {
        this.scheduler = scheduler;
        this.facts = facts;
    }

    /** The entries of all these servers may be gone. */
    public void all(Collection<Published> entries) {
        synchronized (this) {
            missing.addAll(entries);
            failures = 0;
        }
        nextRound();
    }

    /** The directory did not take this entry. */
    void later(Published entry) {
        synchronized (this) {
            missing.add(entry);
        }
        nextRound();
    }

    private synchronized void nextRound() {
        if (waiting || underWay > 0 || !round.isEmpty() || missing.isEmpty()) {
            return;
        }
        waiting = true;
        try {
            scheduler.schedule(Duration.ofMillis(FIRST_MILLIS << Math.min(failures, DOUBLINGS)), this::begin);
        } catch (RuntimeException | Error defect) {
            // The next entry that is missing tries again.
            waiting = false;
            facts.tell(new NodeEvent.Defect("directory entries cannot be put back now", Thrown.of(defect)));
        }
    }

    private void begin() {
        synchronized (this) {
            waiting = false;
            round.addAll(missing);
            missing.clear();
            failures++;
        }
        for (int i = 0; i < AT_ONCE; i++) {
            next();
        }
    }

    private void next() {
        Published entry;
        synchronized (this) {
            entry = round.poll();
            if (entry == null) {
                nextRound();
                return;
            }
            underWay++;
        }
        entry.put().whenComplete((there, defect) -> ended(entry, defect == null && there));
    }

    private void ended(Published entry, boolean there) {
        synchronized (this) {
            underWay--;
            if (!there) {
                missing.add(entry);
            } else if (missing.isEmpty()) {
                failures = 0;
            }
        }
        scheduler.internal().execute(this::next);
    }
}

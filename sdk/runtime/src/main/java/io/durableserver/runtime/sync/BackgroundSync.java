package io.durableserver.runtime.sync;

import io.durableserver.Registration;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stores changed states in the background: one ticker per node over the servers that are dirty, so that an idle server
 * costs no timer.
 */
public final class BackgroundSync {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int MAX_DOUBLINGS = 7;

    /** A server with unsaved changes. */
    public interface Dirty {
        /** Stores them if there are any left; any thread. */
        void syncDue();
    }

    /** Which server, from when on, and its place among all: the order of a hash map differs from run to run, which a simulation must not. */
    private record Due(Dirty server, long at, long number) {}

    private final Scheduler scheduler;
    private final TimeSource time;
    private final Facts facts;
    private final Map<Dirty, Due> due = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private @Nullable Registration ticker;
    private boolean closed;

    public BackgroundSync(Scheduler scheduler, TimeSource time, Facts facts) {
        this.scheduler = scheduler;
        this.time = time;
        this.facts = facts;
    }

    /** Remembers a server that became dirty; the first call until it is due counts. */
    public void dirty(Dirty server, Duration interval) {
        if (due.containsKey(server)) {
            return;
        }
        Due entry = new Due(server, time.nanoTime() + TimeSource.nanos(interval), numbers.getAndIncrement());
        if (due.putIfAbsent(server, entry) == null) {
            arm();
        }
    }

    /**
     * A write of a server failed, for the n-th time in a row: it is tried again, whatever the interval of the server, after
     * a pause that doubles from 250 ms to 32 s.
     */
    public void again(Dirty server, int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS);
        long at = time.nanoTime() + (TICK.toNanos() << doublings);
        Due entry = new Due(server, at, numbers.getAndIncrement());
        due.merge(server, entry, (before, now) -> before.at() - now.at() <= 0 ? before : now);
        arm();
    }

    /** Forgets a server. */
    public void forget(Dirty server) {
        due.remove(server);
    }

    private synchronized void arm() {
        if (ticker == null && !closed) {
            ticker = scheduler.schedule(TICK, this::tick);
        }
    }

    private void tick() {
        long nanos = time.nanoTime();
        List<Due> now = new ArrayList<>();
        due.forEach((server, entry) -> {
            if (nanos - entry.at() >= 0 && due.remove(server, entry)) {
                now.add(entry);
            }
        });
        now.sort(Comparator.comparingLong(Due::number));
        now.forEach(this::store);
        synchronized (this) {
            ticker = null;
        }
        if (!due.isEmpty()) {
            arm();
        }
    }

    /** A server that cannot be asked now is asked again at the next tick. */
    private void store(Due entry) {
        try {
            entry.server().syncDue();
        } catch (RuntimeException | Error failure) {
            facts.tell(new NodeEvent.Defect(
                    "the background write of a server could not begin; it is tried again", Thrown.of(failure)));
            due.putIfAbsent(entry.server(), entry);
        }
    }

    public synchronized void close() {
        closed = true;
        if (ticker != null) {
            ticker.close();
        }
        due.clear();
    }
}

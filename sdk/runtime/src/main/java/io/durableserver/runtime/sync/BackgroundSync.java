package io.durableserver.runtime.sync;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores changed states in the background: one ticker per node over the servers that are dirty, so that an idle server
 * costs no timer.
 */
public final class BackgroundSync {
    private static final Duration TICK = Duration.ofMillis(250);

    /** A server with unsaved changes. */
    public interface Dirty {
        /** Stores them if there are any left; any thread. */
        void syncDue();
    }

    private final Scheduler scheduler;
    private final TimeSource time;
    private final Map<Dirty, Long> due = new ConcurrentHashMap<>();
    private @Nullable Registration ticker;
    private boolean closed;

    public BackgroundSync(Scheduler scheduler, TimeSource time) {
        this.scheduler = scheduler;
        this.time = time;
    }

    /** Remembers a server that became dirty; the first call until it is due counts. */
    public void dirty(Dirty server, Duration interval) {
        if (due.putIfAbsent(server, time.nanoTime() + TimeSource.nanos(interval)) == null) {
            arm();
        }
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
        long now = time.nanoTime();
        due.forEach((server, at) -> {
            if (now - at >= 0 && due.remove(server, at)) {
                server.syncDue();
            }
        });
        synchronized (this) {
            ticker = null;
        }
        if (!due.isEmpty()) {
            arm();
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

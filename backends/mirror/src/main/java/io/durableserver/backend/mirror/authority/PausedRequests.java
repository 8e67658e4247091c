package io.durableserver.backend.mirror.authority;

import io.durableserver.Registration;
import io.durableserver.backend.mirror.base.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The requests that wait for the end of a pause, bounded, in the order in which they came. Thread-safe. */
public final class PausedRequests {
    /** How a wait ended. */
    enum End {
        /** It is worth asking again. */
        WOKEN,
        /** The deadline passed. */
        EXPIRED,
        /** It did not begin: no time, no room, or closed. */
        REFUSED
    }

    private final int bound;
    private final Timers timers;
    private final Map<Long, CompletableFuture<End>> waiting = new LinkedHashMap<>();
    private long last;
    private boolean closed;

    public PausedRequests(int bound, Timers timers) {
        this.bound = bound;
        this.timers = timers;
    }

    /** Waits to be woken. */
    CompletableFuture<End> await(long deadline) {
        long left = deadline - timers.nanoTime();
        CompletableFuture<End> wake = new CompletableFuture<>();
        long number;
        synchronized (this) {
            if (left <= 0 || closed || waiting.size() >= bound) {
                return CompletableFuture.completedFuture(End.REFUSED);
            }
            number = ++last;
            waiting.put(number, wake);
        }
        Registration timer = timers.schedule(Duration.ofNanos(left), () -> expire(number));
        return wake.thenApply(end -> {
            timer.close();
            return end;
        });
    }

    private void expire(long number) {
        CompletableFuture<End> late;
        synchronized (this) {
            late = waiting.remove(number);
        }
        if (late != null) {
            late.complete(End.EXPIRED);
        }
    }

    /** Wakes all that wait. */
    void wakeAll() {
        List<CompletableFuture<End>> woken;
        synchronized (this) {
            woken = new ArrayList<>(waiting.values());
            waiting.clear();
        }
        woken.forEach(wake -> wake.complete(End.WOKEN));
    }

    /** Wakes all that wait; no request waits from now on. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        wakeAll();
    }
}

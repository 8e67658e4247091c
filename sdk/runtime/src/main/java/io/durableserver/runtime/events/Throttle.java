package io.durableserver.runtime.events;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A limit of one event per key and interval, such as one line of the log for each server. Keeps the keys seen last, so that its
 * size is bounded. Thread-safe.
 */
public final class Throttle {
    private static final int MAX_KEYS = 1_000;

    private final long nanos;
    private final Map<String, Long> begun = new LinkedHashMap<>(16, 0.75f, true);

    /** @param nanos the interval */
    public Throttle(long nanos) {
        this.nanos = nanos;
    }

    /** Whether the event may happen now for this key; true begins the next interval. */
    public synchronized boolean allows(String key, long nowNanos) {
        Long before = begun.get(key);
        if (before != null && nowNanos - before < nanos) {
            return false;
        }
        begun.put(key, nowNanos);
        if (begun.size() > MAX_KEYS) {
            begun.remove(begun.keySet().iterator().next());
        }
        return true;
    }
}

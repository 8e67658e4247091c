package io.durableserver.runtime.events;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets something be done once in a while for each key, such as that of a server: of the keys seen last, so that what is held is
 * bounded. Thread-safe.
 */
public final class Pauses {
    private static final int MAX_KEYS = 1_000;

    private final long nanos;
    private final Map<String, Long> begun = new LinkedHashMap<>(16, 0.75f, true);

    /** Of this length, in nanoseconds. */
    public Pauses(long nanos) {
        this.nanos = nanos;
    }

    /** Whether it may be done now for this key; whoever is told so begins the next pause. */
    public synchronized boolean isOver(String key, long nowNanos) {
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

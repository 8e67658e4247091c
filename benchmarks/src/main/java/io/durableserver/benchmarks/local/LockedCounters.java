package io.durableserver.benchmarks.local;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Counters by key as a plain program would keep them: the limit of what a local call can be. */
final class LockedCounters {
    private final Map<String, LockedCounter> counters = new ConcurrentHashMap<>();

    void create(String key) {
        counters.put(key, new LockedCounter());
    }

    LockedCounter get(String key) {
        return Objects.requireNonNull(counters.get(key));
    }
}

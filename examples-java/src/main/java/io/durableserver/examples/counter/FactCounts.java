package io.durableserver.examples.counter;

import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each kind of fact happened on a node since it was started: a listener as small as one can be. Thread-safe. */
public final class FactCounts implements RuntimeEvents {
    private final ConcurrentMap<Class<?>, LongAdder> counts = new ConcurrentHashMap<>();

    @Override
    public void happened(Fact fact) {
        counts.computeIfAbsent(fact.event().getClass(), kind -> new LongAdder()).increment();
    }

    /** How often facts of a kind happened. */
    public long of(Class<? extends RuntimeEvent> kind) {
        LongAdder count = counts.get(kind);
        return count == null ? 0 : count.sum();
    }
}

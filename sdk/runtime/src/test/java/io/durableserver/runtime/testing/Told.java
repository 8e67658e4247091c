package io.durableserver.runtime.testing;

import static org.awaitility.Awaitility.await;

import io.durableserver.runtime.events.Facts;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A listener that keeps what it was told. Thread-safe. */
public final class Told implements RuntimeEvents {
    private final List<RuntimeEvent> events = new ArrayList<>();

    @Override
    public synchronized void happened(Fact fact) {
        events.add(fact.event());
    }

    /** Where a room tells facts that are heard here at once. */
    public Facts facts() {
        return Facts.heardBy(this);
    }

    /** All so far, in their order. */
    public synchronized List<RuntimeEvent> all() {
        return List.copyOf(events);
    }

    /** Those of a kind so far. */
    public <T extends RuntimeEvent> Stream<T> all(Class<T> kind) {
        return all().stream().filter(kind::isInstance).map(kind::cast);
    }

    /** The first of a kind, which is waited for. */
    public <T extends RuntimeEvent> T first(Class<T> kind) {
        await().until(() -> all(kind).findAny().isPresent());
        return all(kind).findFirst().orElseThrow();
    }

    /** The kinds so far. */
    public Set<Class<?>> kinds() {
        return all().stream().map(Object::getClass).collect(Collectors.toSet());
    }

    public synchronized void clear() {
        events.clear();
    }
}

package io.durableserver.spi;

import java.util.Objects;
import java.util.function.BiFunction;

/** The facts of one store of a node: puts its names into each. Thread-safe. */
public final class StoreFacts {
    private final String store;
    private final String place;
    private final BackendFactory.Context node;

    private StoreFacts(String store, String place, BackendFactory.Context node) {
        this.store = Objects.requireNonNull(store);
        this.place = Objects.requireNonNull(place);
        this.node = Objects.requireNonNull(node);
    }

    /**
     * Of a store that this node opens.
     *
     * @param store see {@link StoreEvent#store}
     * @param place see {@link StoreEvent#place}
     */
    public static StoreFacts of(String store, String place, BackendFactory.Context node) {
        return new StoreFacts(store, place, node);
    }

    /**
     * Something happened; see {@link BackendFactory.Context#tell}.
     *
     * @param event made of the names of the store and its place
     */
    public void tell(BiFunction<String, String, StoreEvent> event) {
        node.tell(event.apply(store, place));
    }
}

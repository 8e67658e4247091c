package io.durableserver;

import java.util.Map;

/** A dumped state as it came from the store, for {@link DurableServer#load}. */
public interface StoredState {
    /** The schema version it was dumped with; on first boot the current version of the type. */
    int version();

    /** Decodes it as a value of this class. */
    <T> T as(Class<T> type);

    /** Decodes it without a class: maps, lists, strings, numbers, booleans. Meant for migrations. */
    Map<String, Object> asMap();

    /** The encoded bytes, a copy. */
    byte[] bytes();
}

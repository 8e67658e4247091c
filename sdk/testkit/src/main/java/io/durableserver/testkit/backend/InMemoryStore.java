package io.durableserver.testkit.backend;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records behind any number of {@link InMemoryBackend} handles: what outlives a node in a test. Linearizable and
 * thread-safe: every operation takes effect at one point, under one lock.
 */
public final class InMemoryStore {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] record, Version version) {}

    private final NavigableMap<String, Row> rows = new TreeMap<>();
    // One counter for all keys and never set back, so that no token can come twice for a key.
    private long lastToken;

    /** The number of records. */
    public synchronized int size() {
        return rows.size();
    }

    synchronized ReadResult get(String key) {
        Row row = rows.get(key);
        return row == null
                ? new ReadResult.Absent()
                : new ReadResult.Found(row.record().clone(), row.version());
    }

    /** Writes when the key has this version; null stands for "no record". The array is the store's from now on. */
    synchronized WriteResult put(String key, byte[] record, @Nullable Version expected) {
        if (!matches(rows.get(key), expected)) {
            return new WriteResult.Conflict();
        }
        Version version = new Version("m" + ++lastToken);
        rows.put(key, new Row(record, version));
        return new WriteResult.Stored(version);
    }

    synchronized WriteResult remove(String key, Version expected) {
        if (!matches(rows.get(key), expected)) {
            return new WriteResult.Conflict();
        }
        rows.remove(key);
        return new WriteResult.Stored(expected);
    }

    /** Up to {@code limit} keys with the prefix, in order, after {@code after}. */
    synchronized Backend.Page list(String prefix, Optional<String> after, int limit) {
        List<Backend.Listed> entries = new ArrayList<>();
        var tail = after.isPresent() ? rows.tailMap(after.orElseThrow(), false) : rows.tailMap(prefix, true);
        for (var row : tail.entrySet()) {
            if (!row.getKey().startsWith(prefix)) {
                break;
            }
            if (entries.size() == limit) {
                return new Backend.Page(
                        entries, Optional.of(entries.get(limit - 1).key()));
            }
            entries.add(new Backend.Listed(row.getKey(), row.getValue().version()));
        }
        return new Backend.Page(entries, Optional.empty());
    }

    private static boolean matches(@Nullable Row row, @Nullable Version expected) {
        return row == null ? expected == null : row.version().equals(expected);
    }
}

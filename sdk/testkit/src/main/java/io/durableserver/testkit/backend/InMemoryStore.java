package io.durableserver.testkit.backend;

import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
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

    /** A page of keys in their order; a cursor is the last key before it. */
    synchronized Backend.Page list(PageRequest request) {
        List<Backend.Listed> entries = new ArrayList<>();
        long bytes = 0;
        var tail = request.isFirst() ? rows.tailMap(request.prefix(), true) : rows.tailMap(request.cursor(), false);
        for (var row : tail.entrySet()) {
            if (!row.getKey().startsWith(request.prefix())) {
                break;
            }
            byte[] record = row.getValue().record();
            if (!request.hasRoom(entries.size(), bytes, record.length)) {
                return new Backend.Page(
                        entries, Optional.of(entries.get(entries.size() - 1).key()));
            }
            bytes += record.length;
            entries.add(new Backend.Listed(
                    row.getKey(),
                    row.getValue().version(),
                    request.withRecords() ? Optional.of(record.clone()) : Optional.empty()));
        }
        return new Backend.Page(entries, Optional.empty());
    }

    private static boolean matches(@Nullable Row row, @Nullable Version expected) {
        return row == null ? expected == null : row.version().equals(expected);
    }
}

package io.durableserver.testkit.backend;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store with a mistake in it, to see the kit find it. */
final class BrokenBackend implements Backend {
    enum Mistake {
        /** Versions count from one again after a delete, so an old token matches a new record. */
        TOKENS_START_OVER,
        /** Replace writes whatever the record's version is. */
        BLIND_REPLACE
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] record, int version) {}

    /** The records of one store. */
    static final class Rows {
        private final Map<String, Row> rows = new TreeMap<>();
        private final Map<String, Integer> last = new HashMap<>();
    }

    private final Mistake mistake;
    private final Rows store;
    private boolean closed;

    BrokenBackend(Mistake mistake, Rows store) {
        this.mistake = mistake;
        this.store = store;
    }

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        synchronized (store) {
            Row row = store.rows.get(key);
            ReadResult result = closed
                    ? new ReadResult.Failed(false, new IllegalStateException("closed"))
                    : row == null
                            ? new ReadResult.Absent()
                            : new ReadResult.Found(row.record().clone(), version(row));
            return CompletableFuture.completedFuture(result);
        }
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        synchronized (store) {
            return write(key, record, store.rows.get(key) == null);
        }
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        synchronized (store) {
            Row row = store.rows.get(key);
            boolean blind = mistake == Mistake.BLIND_REPLACE && row != null;
            return write(key, record, blind || matches(row, expected));
        }
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        synchronized (store) {
            if (closed) {
                return notApplied();
            }
            if (!matches(store.rows.get(key), expected)) {
                return CompletableFuture.completedFuture(new WriteResult.Conflict());
            }
            store.rows.remove(key);
            if (mistake == Mistake.TOKENS_START_OVER) {
                store.last.remove(key);
            }
            return CompletableFuture.completedFuture(new WriteResult.Stored(expected));
        }
    }

    @Override
    public CompletionStage<Page> list(String prefix, Optional<String> cursor, int limit, Duration timeout) {
        synchronized (store) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new NotAppliedException(NotAppliedException.Reason.NOT_READY, "closed", Map.of()));
            }
            String after = cursor.orElse("");
            List<Listed> entries = store.rows.entrySet().stream()
                    .filter(row ->
                            row.getKey().startsWith(prefix) && row.getKey().compareTo(after) > 0)
                    .limit(limit)
                    .map(row -> new Listed(row.getKey(), version(row.getValue())))
                    .toList();
            Optional<String> next = entries.size() < limit
                    ? Optional.empty()
                    : Optional.of(entries.get(limit - 1).key());
            return CompletableFuture.completedFuture(new Page(entries, next));
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private CompletionStage<WriteResult> write(String key, byte[] record, boolean allowed) {
        if (closed) {
            return notApplied();
        }
        if (!allowed) {
            return CompletableFuture.completedFuture(new WriteResult.Conflict());
        }
        Row row = new Row(record.clone(), store.last.merge(key, 1, Integer::sum));
        store.rows.put(key, row);
        return CompletableFuture.completedFuture(new WriteResult.Stored(version(row)));
    }

    private static boolean matches(@Nullable Row row, Version expected) {
        return row != null && version(row).equals(expected);
    }

    private static Version version(Row row) {
        return new Version(Integer.toString(row.version()));
    }

    private static CompletionStage<WriteResult> notApplied() {
        return CompletableFuture.completedFuture(
                new WriteResult.NotApplied(false, new IllegalStateException("closed")));
    }
}

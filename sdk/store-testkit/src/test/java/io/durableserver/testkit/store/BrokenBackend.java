package io.durableserver.testkit.store;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A store with a mistake in it, to see the kit find it. */
final class BrokenBackend implements Backend {
    enum Mistake {
        /** None: the store the others differ from. */
        NONE,
        /** Versions count from one again after a delete, so an old token matches a new record. */
        TOKENS_START_OVER,
        /** Replace writes whatever the record's version is. */
        BLIND_REPLACE,
        /** Delete removes whatever the record's version is. */
        BLIND_DELETE,
        /** A condition is checked when the request comes, and its effect follows later. */
        CHECK_THEN_WRITE,
        /** A cursor counts keys, so pages move when keys come and go. */
        PAGES_BY_OFFSET,
        /** Records are listed with the version of the write before. */
        RECORDS_OF_ANOTHER_VERSION,
        /** Records are listed that nobody asked for. */
        RECORDS_UNASKED,
        /** A page has as many records as there are keys in it. */
        RECORDS_UNBOUNDED,
        /** A page ends when its bytes do, and the next begins behind the record that did not fit. */
        RECORDS_SKIPPED,
        /** The store's own arrays are listed. */
        RECORDS_SHARED,
        /** A write whose time is over is repeated inside, and meets itself. */
        CONFLICT_FOR_APPLIED,
        /** A write whose time is over is applied and told as not applied. */
        NOT_APPLIED_FOR_APPLIED,
        /** A write under way when the handle closes is told as not applied, and applied all the same. */
        APPLIED_AFTER_CLOSE
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] record, int version) {}

    /** The records of one store. */
    static final class Rows implements AutoCloseable {
        private final NavigableMap<String, Row> rows = new TreeMap<>();
        private final Map<String, Integer> last = new HashMap<>();
        private final ExecutorService later = Executors.newSingleThreadExecutor();

        @Override
        public void close() {
            later.shutdownNow();
        }
    }

    private final Mistake mistake;
    private final Rows store;
    private volatile boolean closed;

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
        return RecordKeys.checked(key, () -> read(key));
    }

    private CompletionStage<ReadResult> read(String key) {
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
        byte[] copy = record.clone();
        return RecordKeys.checked(key, () -> write(timeout, () -> store.rows.get(key) == null, () -> put(key, copy)));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        byte[] copy = record.clone();
        boolean blind = mistake == Mistake.BLIND_REPLACE;
        return RecordKeys.checked(key, () -> write(timeout, () -> matches(key, expected, blind), () -> put(key, copy)));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        boolean blind = mistake == Mistake.BLIND_DELETE;
        return RecordKeys.checked(
                key,
                () -> write(timeout, () -> matches(key, expected, blind), () -> {
                    store.rows.remove(key);
                    if (mistake == Mistake.TOKENS_START_OVER) {
                        store.last.remove(key);
                    }
                    return expected;
                }));
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        synchronized (store) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new NotAppliedException(NotAppliedException.Reason.NOT_READY, "closed", Map.of()));
            }
            boolean counting = mistake == Mistake.PAGES_BY_OFFSET;
            int skipped = counting && !request.isFirst() ? Integer.parseInt(request.cursor()) : 0;
            List<Listed> entries = new ArrayList<>();
            long bytes = 0;
            for (Map.Entry<String, Row> row :
                    store.rows.tailMap(counting ? "" : request.cursor(), false).entrySet()) {
                if (!row.getKey().startsWith(request.prefix()) || skipped-- > 0) {
                    continue;
                }
                int size = mistake == Mistake.RECORDS_UNBOUNDED
                        ? 0
                        : row.getValue().record().length;
                if (!request.hasRoom(entries.size(), bytes, size)) {
                    return CompletableFuture.completedFuture(
                            new Page(entries, Optional.of(next(request, entries, row))));
                }
                bytes += size;
                entries.add(listed(request, row));
            }
            return CompletableFuture.completedFuture(new Page(entries, Optional.empty()));
        }
    }

    private String next(PageRequest request, List<Listed> entries, Map.Entry<String, Row> notListed) {
        if (mistake == Mistake.PAGES_BY_OFFSET) {
            return Integer.toString((request.isFirst() ? 0 : Integer.parseInt(request.cursor())) + entries.size());
        }
        return mistake == Mistake.RECORDS_SKIPPED && entries.size() < request.limit()
                ? notListed.getKey()
                : entries.get(entries.size() - 1).key();
    }

    private Listed listed(PageRequest request, Map.Entry<String, Row> row) {
        byte[] record = row.getValue().record();
        Version version = mistake == Mistake.RECORDS_OF_ANOTHER_VERSION && request.withRecords()
                ? new Version(Integer.toString(Math.max(1, row.getValue().version() - 1)))
                : version(row.getValue());
        boolean told = request.withRecords() || mistake == Mistake.RECORDS_UNASKED;
        return new Listed(
                row.getKey(),
                version,
                told ? Optional.of(mistake == Mistake.RECORDS_SHARED ? record : record.clone()) : Optional.empty());
    }

    @Override
    public void close() {
        closed = true;
    }

    private CompletionStage<WriteResult> write(Duration timeout, BooleanSupplier allowed, Supplier<Version> effect) {
        synchronized (store) {
            if (closed) {
                return CompletableFuture.completedFuture(notApplied());
            }
            if (mistake == Mistake.APPLIED_AFTER_CLOSE) {
                return later(() -> {
                    WriteResult result = perform(allowed, effect);
                    return closed ? notApplied() : result;
                });
            }
            if (mistake == Mistake.CHECK_THEN_WRITE && allowed.getAsBoolean()) {
                return later(() -> new WriteResult.Stored(effect.get()));
            }
            WriteResult result = perform(allowed, effect);
            boolean late = timeout.compareTo(Duration.ofMillis(1)) < 0;
            if (late && mistake == Mistake.CONFLICT_FOR_APPLIED) {
                result = new WriteResult.Conflict();
            } else if (late && mistake == Mistake.NOT_APPLIED_FOR_APPLIED) {
                result = notApplied();
            }
            return CompletableFuture.completedFuture(result);
        }
    }

    private CompletionStage<WriteResult> later(Supplier<WriteResult> write) {
        CompletableFuture<WriteResult> end = new CompletableFuture<>();
        Executor delayed = CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, store.later);
        delayed.execute(() -> {
            synchronized (store) {
                end.complete(write.get());
            }
        });
        return end;
    }

    private static WriteResult perform(BooleanSupplier allowed, Supplier<Version> effect) {
        return allowed.getAsBoolean() ? new WriteResult.Stored(effect.get()) : new WriteResult.Conflict();
    }

    private Version put(String key, byte[] record) {
        Row row = new Row(record, store.last.merge(key, 1, Integer::sum));
        store.rows.put(key, row);
        return version(row);
    }

    private boolean matches(String key, Version expected, boolean blind) {
        Row row = store.rows.get(key);
        return row != null && (blind || version(row).equals(expected));
    }

    private static Version version(Row row) {
        return new Version(Integer.toString(row.version()));
    }

    private static WriteResult notApplied() {
        return new WriteResult.NotApplied(false, new IllegalStateException("closed"));
    }
}

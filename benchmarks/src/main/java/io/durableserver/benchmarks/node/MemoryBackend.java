package io.durableserver.benchmarks.node;

import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A store in the heap, without a lock around it, that can be emptied: what it takes is not the runtime's. */
public final class MemoryBackend implements Backend {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] bytes, long token) {
        Version version() {
            return new Version(Long.toString(token));
        }
    }

    private final Map<String, Row> rows = new ConcurrentHashMap<>();

    /** Drops the records that are not leases. Servers that write afterwards are fenced. */
    void forgetServers() {
        rows.keySet().removeIf(key -> !key.contains("__"));
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        Row row = rows.get(key);
        return CompletableFuture.completedFuture(
                row == null
                        ? new ReadResult.Absent()
                        : new ReadResult.Found(row.bytes().clone(), row.version()));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(key, null, record);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(key, expected, record);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        Row row = rows.get(key);
        boolean removed = row != null && row.version().equals(expected) && rows.remove(key, row);
        return CompletableFuture.completedFuture(
                removed ? new WriteResult.Stored(expected) : new WriteResult.Conflict());
    }

    private CompletionStage<WriteResult> write(String key, @Nullable Version expected, byte[] record) {
        boolean[] applied = {false};
        Row after = rows.compute(key, (k, present) -> {
            applied[0] = present == null ? expected == null : present.version().equals(expected);
            return applied[0] ? new Row(record, present == null ? 1 : present.token() + 1) : present;
        });
        return CompletableFuture.completedFuture(
                applied[0] && after != null ? new WriteResult.Stored(after.version()) : new WriteResult.Conflict());
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        return CompletableFuture.completedFuture(new Page(List.of(), Optional.empty()));
    }

    @Override
    public void close() {}
}

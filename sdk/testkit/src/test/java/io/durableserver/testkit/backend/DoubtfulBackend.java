package io.durableserver.testkit.backend;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that does not know how every third write ended, whether it took effect or not. */
record DoubtfulBackend(Backend store, AtomicInteger ends) implements Backend {
    private WriteResult doubt(WriteResult end) {
        return ends.incrementAndGet() % 3 != 0
                ? end
                : new WriteResult.Unknown(
                        new OutcomeUnknownException(OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, "Doubt", Map.of()));
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public CompletionStage<Void> ready() {
        return store.ready();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return store.get(key, mode, timeout);
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        // The first record of a key is the test's own.
        return store.create(key, record, timeout)
                .thenApply(end -> new String(record, StandardCharsets.UTF_8).startsWith("by ") ? doubt(end) : end);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return store.replace(key, record, expected, timeout).thenApply(this::doubt);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return store.delete(key, expected, timeout).thenApply(this::doubt);
    }

    @Override
    public CompletionStage<Page> list(String prefix, Optional<String> cursor, int limit, Duration timeout) {
        return store.list(prefix, cursor, limit, timeout);
    }

    @Override
    public void close() {
        store.close();
    }
}

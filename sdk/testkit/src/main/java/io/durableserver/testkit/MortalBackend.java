package io.durableserver.testkit;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A node's way to the store, which ends when the node crashes: requests after that do nothing and are never answered. */
final class MortalBackend implements Backend {
    private final Backend backend;
    private final LocalNode node;

    MortalBackend(Backend backend, LocalNode node) {
        this.backend = backend;
        this.node = node;
    }

    private <T> CompletionStage<T> alive(Supplier<CompletionStage<T>> request) {
        return node.isAlive() ? request.get() : new CompletableFuture<>();
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public CompletionStage<Void> ready() {
        return alive(backend::ready);
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return alive(() -> backend.get(key, mode, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return alive(() -> backend.create(key, record, timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return alive(() -> backend.replace(key, record, expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return alive(() -> backend.delete(key, expected, timeout));
    }

    @Override
    public CompletionStage<Page> list(String prefix, Optional<String> cursor, int limit, Duration timeout) {
        return alive(() -> backend.list(prefix, cursor, limit, timeout));
    }

    @Override
    public void close() {
        backend.close();
    }
}

package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store as one process reaches it: answers are worked on by that process, while it lives. */
final class NodeStore implements Backend {
    private final Backend store;
    private final Node node;

    NodeStore(Backend store, Node node) {
        this.store = store;
        this.node = node;
    }

    private <T> CompletionStage<T> here(CompletionStage<T> stage) {
        CompletableFuture<T> end = new CompletableFuture<>();
        var unused = stage.whenComplete((result, failure) -> node.internal().execute(() -> {
            if (failure == null) {
                end.complete(result);
            } else {
                end.completeExceptionally(failure);
            }
        }));
        return end;
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
        return here(store.get(key, mode, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return here(store.create(key, record, timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return here(store.replace(key, record, expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return here(store.delete(key, expected, timeout));
    }

    @Override
    public CompletionStage<Page> list(String prefix, Optional<String> cursor, int limit, Duration timeout) {
        return here(store.list(prefix, cursor, limit, timeout));
    }

    @Override
    public void close() {
        store.close();
    }
}

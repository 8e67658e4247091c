package io.durableserver.testkit.backend;

import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A backend in front of another one, for tests: every request goes through {@link #request}, which a subclass changes. Does
 * not watch. As thread-safe as the store behind it and the subclass.
 */
public abstract class ForwardingBackend implements Backend {
    private final Backend store;

    /** Stands in front of this store, and closes it with itself. */
    protected ForwardingBackend(Backend store) {
        this.store = store;
    }

    /** Makes one request of the store behind: a read, a write or a page of a listing. */
    protected <T> CompletionStage<T> request(Supplier<CompletionStage<T>> request) {
        return request.get();
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
        return request(() -> store.get(key, mode, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return request(() -> store.create(key, record, timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return request(() -> store.replace(key, record, expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return request(() -> store.delete(key, expected, timeout));
    }

    @Override
    public CompletionStage<Page> list(PageRequest page, Duration timeout) {
        return request(() -> store.list(page, timeout));
    }

    @Override
    public void close() {
        store.close();
    }
}

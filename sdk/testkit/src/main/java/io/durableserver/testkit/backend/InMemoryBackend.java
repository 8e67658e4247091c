package io.durableserver.testkit.backend;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A handle on an {@link InMemoryStore}: a linearizable backend without a disk, for tests and simulations. Operations take
 * effect and complete before the method returns, or on the executor it was given; timeouts never run out. Thread-safe.
 */
public final class InMemoryBackend implements Backend {
    private final InMemoryStore store;
    private final Executor executor;
    private volatile boolean closed;

    /** A handle on a store of its own, completing on the caller's thread. */
    public InMemoryBackend() {
        this(new InMemoryStore());
    }

    /** A handle that completes on the caller's thread. */
    public InMemoryBackend(InMemoryStore store) {
        this(store, Runnable::run);
    }

    /**
     * A handle that works on an executor.
     *
     * @param store the records
     * @param executor runs every operation, and its continuations
     */
    public InMemoryBackend(InMemoryStore store, Executor executor) {
        this.store = store;
        this.executor = executor;
    }

    /** Opens handles on one store that work on each node's internal executor. */
    public static BackendFactory factory(InMemoryStore store) {
        return context -> new InMemoryBackend(store, context.scheduler().internal());
    }

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public CompletionStage<Void> ready() {
        return closed ? CompletableFuture.failedFuture(closedError()) : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return run(() -> closed ? new ReadResult.Failed(false, closedError()) : store.get(RecordKeys.check(key)));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        byte[] copy = record.clone();
        return write(() -> store.put(RecordKeys.check(key), copy, null));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        byte[] copy = record.clone();
        return write(() -> store.put(RecordKeys.check(key), copy, expected));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(() -> store.remove(RecordKeys.check(key), expected));
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        return run(() -> {
            if (closed) {
                throw closedError();
            }
            return store.list(request);
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private CompletionStage<WriteResult> write(Supplier<WriteResult> effect) {
        return run(() -> closed ? new WriteResult.NotApplied(false, closedError()) : effect.get());
    }

    private <T> CompletionStage<T> run(Supplier<T> effect) {
        return CompletableFuture.supplyAsync(effect, executor);
    }

    private static NotAppliedException closedError() {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_READY, "The backend is closed", Map.of("backend", "in-memory"));
    }
}

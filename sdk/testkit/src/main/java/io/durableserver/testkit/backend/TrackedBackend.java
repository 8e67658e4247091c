package io.durableserver.testkit.backend;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Knows which operations of a backend have begun, so that a test can wait for late effects to be over. */
final class TrackedBackend implements Backend {
    private final Backend backend;
    private final List<CompletionStage<?>> begun = new ArrayList<>();

    TrackedBackend(Backend backend) {
        this.backend = backend;
    }

    private synchronized <T> CompletionStage<T> track(CompletionStage<T> stage) {
        begun.add(stage);
        return stage;
    }

    /** Waits until everything that has begun has ended. */
    void settle() {
        List<CompletionStage<?>> open;
        synchronized (this) {
            open = List.copyOf(begun);
            begun.clear();
        }
        open.forEach(BackendFixture::await);
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public CompletionStage<Void> ready() {
        return backend.ready();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return track(backend.get(key, mode, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return track(backend.create(key, record, timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return track(backend.replace(key, record, expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return track(backend.delete(key, expected, timeout));
    }

    @Override
    public CompletionStage<Page> list(String prefix, Optional<String> cursor, int limit, Duration timeout) {
        return track(backend.list(prefix, cursor, limit, timeout));
    }

    @Override
    public void close() {
        backend.close();
    }
}

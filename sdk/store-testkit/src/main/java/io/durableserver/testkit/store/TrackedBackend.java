package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.ForwardingBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Knows which operations of a backend have begun, so that a test can wait for late effects to be over. */
final class TrackedBackend extends ForwardingBackend {
    private final List<CompletionStage<?>> begun = new ArrayList<>();

    TrackedBackend(Backend backend) {
        super(backend);
    }

    @Override
    protected <T> CompletionStage<T> request(Supplier<CompletionStage<T>> request) {
        CompletionStage<T> stage = request.get();
        synchronized (this) {
            begun.add(stage);
        }
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
}

package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.util.Optional;

/** The in-memory backend keeps the contract; a new handle on the same store is its restart. */
final class InMemoryBackendTest extends BackendCompatibilityKit {
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected Backend openBackend() {
        return new InMemoryBackend(store);
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}

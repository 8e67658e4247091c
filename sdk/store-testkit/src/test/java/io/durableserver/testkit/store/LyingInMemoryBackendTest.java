package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.spi.Scheduler;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import io.durableserver.testkit.backend.StoreContext;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;

/** The in-memory backend keeps the contract for those who reach it in an unreliable way. */
final class LyingInMemoryBackendTest extends LyingCompatibilityKit {
    private static final StoreContext NODE = StoreContext.real("test/");

    private final InMemoryStore store = new InMemoryStore();

    @AfterAll
    static void close() {
        NODE.close();
    }

    @Override
    protected Backend openStore() {
        return new InMemoryBackend(store);
    }

    @Override
    protected Scheduler scheduler() {
        return NODE.scheduler();
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}

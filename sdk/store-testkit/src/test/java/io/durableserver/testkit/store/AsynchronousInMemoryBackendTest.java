package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/** The in-memory backend keeps the contract on an executor too, behind a plan without faults. */
final class AsynchronousInMemoryBackendTest extends BackendCompatibilityKit {
    private final InMemoryStore store = new InMemoryStore();
    private final StepScheduler scheduler = new StepScheduler();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @Override
    protected Backend openBackend() {
        return new FaultyBackend(new InMemoryBackend(store, executor), FaultPlan.none(), scheduler);
    }

    @AfterEach
    void stopExecutor() {
        executor.shutdownNow();
    }
}

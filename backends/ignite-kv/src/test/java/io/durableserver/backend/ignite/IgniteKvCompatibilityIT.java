package io.durableserver.backend.ignite;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Three persistent nodes keep the contract, whichever node is asked, and across a restart of all from disk. */
final class IgniteKvCompatibilityIT extends BackendCompatibilityKit {
    private static final IgniteKvConfig CONFIG =
            TestCluster.config().expectedNodes(3).build();

    private static final TestCluster CLUSTER = new TestCluster(true);

    private final AtomicInteger opened = new AtomicInteger();

    @BeforeAll
    static void startNodes() {
        CLUSTER.start(0, 1, 2).activate();
    }

    @AfterAll
    static void stopNodes() {
        CLUSTER.close();
    }

    /** Each read and write crosses nodes: fewer random sequences, all rounds of the races. */
    @Override
    public int seeds() {
        return 60;
    }

    @Override
    protected Backend openBackend() {
        return CLUSTER.open(opened.getAndIncrement() % 3, CONFIG);
    }

    @Override
    protected Optional<Backend> reopen() {
        CLUSTER.stopAll();
        CLUSTER.start(0, 1, 2);
        return Optional.of(openBackend());
    }
}

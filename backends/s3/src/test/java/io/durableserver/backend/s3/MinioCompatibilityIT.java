package io.durableserver.backend.s3;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.BackendCompatibilityKit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on Minio in a container. */
final class MinioCompatibilityIT extends BackendCompatibilityKit {
    private static final TestNode NODE = new TestNode();
    private static @Nullable ContainerStore store;

    @BeforeAll
    static void start() {
        store = ContainerStore.start(ContainerStore.Kind.MINIO);
    }

    @AfterAll
    static void stop() {
        if (store != null) {
            store.close();
        }
        NODE.close();
    }

    @Override
    public int seeds() {
        return 20;
    }

    @Override
    public int increments() {
        return 200;
    }

    @Override
    protected Backend openBackend() {
        return NODE.open(Objects.requireNonNull(store).config());
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}

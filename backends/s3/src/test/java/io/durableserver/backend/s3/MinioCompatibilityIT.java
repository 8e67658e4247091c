package io.durableserver.backend.s3;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MinIO in a container. */
final class MinioCompatibilityIT extends ContainerCompatibilityKit {
    @RegisterExtension
    static final ContainerStore STORE = new ContainerStore(ContainerStore.Kind.MINIO);

    @Override
    ContainerStore store() {
        return STORE;
    }
}

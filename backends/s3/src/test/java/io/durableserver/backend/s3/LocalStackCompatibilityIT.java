package io.durableserver.backend.s3;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on LocalStack in a container. */
final class LocalStackCompatibilityIT extends ContainerCompatibilityKit {
    @RegisterExtension
    static final ContainerStore STORE = new ContainerStore(ContainerStore.Kind.LOCALSTACK);

    @Override
    ContainerStore store() {
        return STORE;
    }
}

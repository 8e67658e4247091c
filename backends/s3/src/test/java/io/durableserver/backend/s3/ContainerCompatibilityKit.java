package io.durableserver.backend.s3;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.util.Optional;

/** The contract on a store in a container: subclasses say which. */
abstract class ContainerCompatibilityKit extends BackendCompatibilityKit {
    /** The store, which runs as long as the tests of the class. */
    abstract ContainerStore store();

    @Override
    public boolean listsRecords() {
        return false;
    }

    @Override
    public final int seeds() {
        return 20;
    }

    @Override
    public final int increments() {
        return 200;
    }

    @Override
    protected final Backend openBackend() {
        return store().open();
    }

    @Override
    protected final Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}

package io.durableserver.ignite;

import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;

/** A backend that cannot be opened: these tests never get so far. */
public final class NoBackend implements BackendFactory {
    @Override
    public Backend open(Context context) {
        throw new UnsupportedOperationException("no backend in this test");
    }
}

package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;

/** While the source is the authority, with a mirror that every write waits for. */
final class MirrorShadowCompatibilityTest extends MirrorCompatibility {
    @Override
    protected Backend openBackend() {
        return open(MirrorMode.REQUIRED);
    }
}

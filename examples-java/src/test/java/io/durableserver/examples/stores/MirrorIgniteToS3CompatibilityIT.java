package io.durableserver.examples.stores;

import io.durableserver.spi.Backend;

/** The contract of a store, on the way from the cluster to a bucket. */
final class MirrorIgniteToS3CompatibilityIT extends MirrorOfRealStores {
    @Override
    protected Backend openBackend() {
        return open(disk(), bucket());
    }
}

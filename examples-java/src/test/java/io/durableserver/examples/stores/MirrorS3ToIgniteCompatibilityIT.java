package io.durableserver.examples.stores;

import io.durableserver.spi.Backend;

/** The contract of a store, on the way from a bucket to the cluster. */
final class MirrorS3ToIgniteCompatibilityIT extends MirrorOfRealStores {
    @Override
    protected Backend openBackend() {
        return open(bucket(), disk());
    }

    @Override
    public boolean listsRecords() {
        return false;
    }
}

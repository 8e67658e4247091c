package io.durableserver.testkit.cluster;

import io.durableserver.testkit.LocalClusterUnderTest;

/** The kits on a cluster with one mistake; run by {@link ClusterKitsTest}, which says the mistake and wants to see them fail. */
final class BrokenClusterKits {
    /** Said by the test that runs a kit; tests of this class run one after another. */
    static volatile Mistake mistake = Mistake.NONE;

    private BrokenClusterKits() {}

    static ClusterUnderTest broken() {
        return new BrokenCluster(new LocalClusterUnderTest(), mistake);
    }

    static final class Maps extends SharedMapCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return broken();
        }
    }

    static final class Messages extends TransportCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return broken();
        }
    }

    static final class Members extends MembershipCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return broken();
        }
    }
}

package io.durableserver.testkit.cluster;

import io.durableserver.testkit.LocalClusterUnderTest;
import org.junit.jupiter.api.Nested;

/** The cluster in one JVM keeps the contracts of the cluster SPIs. */
class LocalClusterTest {
    @Nested
    class Maps extends SharedMapCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return new LocalClusterUnderTest();
        }
    }

    @Nested
    class Messages extends TransportCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return new LocalClusterUnderTest();
        }
    }

    @Nested
    class Members extends MembershipCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return new LocalClusterUnderTest();
        }
    }
}

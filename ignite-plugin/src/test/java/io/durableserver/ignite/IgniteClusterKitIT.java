package io.durableserver.ignite;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.testkit.cluster.ClusterUnderTest;
import io.durableserver.testkit.cluster.MembershipCompatibilityKit;
import io.durableserver.testkit.cluster.SharedMapCompatibilityKit;
import io.durableserver.testkit.cluster.TransportCompatibilityKit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/** A cluster of real Ignite nodes in this JVM keeps the contracts of the cluster SPIs. */
@Timeout(180)
class IgniteClusterKitIT {
    private static final int PORT = 22_500;

    private static final class Real implements ClusterUnderTest {
        private final TestCluster nodes = new TestCluster(PORT);
        private final Map<Cluster, String> names = new HashMap<>();

        @Override
        public Cluster start(String name) {
            Cluster cluster = nodes.start(new String[] {name}).get(0);
            names.put(cluster, name);
            TestCluster.await(
                    name + " is seen",
                    () -> names.keySet().stream()
                            .allMatch(each -> each.membership().view().contains(TestCluster.self(cluster))));
            return cluster;
        }

        @Override
        public <E extends RuntimeEvent> List<E> told(Cluster node, Class<E> kind) {
            return nodes.told(Objects.requireNonNull(names.get(node)), kind);
        }

        @Override
        public void stop(Cluster cluster) {
            nodes.stop(Objects.requireNonNull(names.remove(cluster)));
        }

        @Override
        public void close() {
            nodes.close();
        }
    }

    @Nested
    class Maps extends SharedMapCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return new Real();
        }
    }

    @Nested
    class Messages extends TransportCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return new Real();
        }
    }

    @Nested
    class Members extends MembershipCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return new Real();
        }
    }
}

package io.durableserver.testkit.sim;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.testkit.cluster.ClusterUnderTest;
import io.durableserver.testkit.cluster.MembershipCompatibilityKit;
import io.durableserver.testkit.cluster.SharedMapCompatibilityKit;
import io.durableserver.testkit.cluster.TransportCompatibilityKit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;

/** The simulated cluster keeps the contracts of the cluster SPIs. */
class SimClusterKitTest {
    private static ClusterUnderTest simulated() {
        long seed = Long.getLong(
                "durableserver.sim.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        return new Simulated(seed);
    }

    private static final class Simulated implements ClusterUnderTest {
        private final long seed;
        private final Simulation simulation;
        private final Map<Cluster, SimNode> nodes = new LinkedHashMap<>();

        Simulated(long seed) {
            this.seed = seed;
            this.simulation = new Simulation(seed, SimConfig.DEFAULT);
            System.out.println("Simulated cluster of seed " + seed);
        }

        @Override
        public Cluster start(String name) {
            SimNode node = simulation.boot(name);
            nodes.put(node.cluster(), node);
            boolean seen = reaches(
                    () -> nodes.keySet().stream()
                            .allMatch(each -> each.membership().view().contains(node.session())),
                    Duration.ofMinutes(1));
            if (!seen) {
                throw new IllegalStateException(node + " is not seen; seed " + seed);
            }
            return node.cluster();
        }

        @Override
        public void stop(Cluster cluster) {
            Objects.requireNonNull(nodes.remove(cluster)).leave();
        }

        /** The simulated cluster writes what it does to the trace of its seed. */
        @Override
        public <E extends RuntimeEvent> List<E> told(Cluster node, Class<E> kind) {
            return List.of();
        }

        @Override
        public boolean reaches(BooleanSupplier condition, Duration limit) {
            return simulation.runUntil(condition, limit);
        }

        @Override
        public boolean hasThreads() {
            return false;
        }

        @Override
        public void close() {
            simulation.throwIfFailed();
        }
    }

    @Nested
    class Maps extends SharedMapCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return simulated();
        }
    }

    @Nested
    class Messages extends TransportCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return simulated();
        }
    }

    @Nested
    class Members extends MembershipCompatibilityKit {
        @Override
        protected ClusterUnderTest openCluster() {
            return simulated();
        }
    }
}

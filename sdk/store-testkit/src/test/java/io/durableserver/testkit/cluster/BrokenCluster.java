package io.durableserver.testkit.cluster;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.MapConflictException;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeStates;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A cluster with one mistake on every node. */
final class BrokenCluster implements ClusterUnderTest {
    private final ClusterUnderTest whole;
    private final Mistake mistake;
    private final Map<Cluster, Cluster> wholeNodes = new HashMap<>();

    BrokenCluster(ClusterUnderTest whole, Mistake mistake) {
        this.whole = whole;
        this.mistake = mistake;
    }

    @Override
    public Cluster start(String name) {
        Cluster node = whole.start(name);
        Cluster broken = new Node(node, mistake);
        wholeNodes.put(broken, node);
        return broken;
    }

    @Override
    public void stop(Cluster node) {
        whole.stop(Objects.requireNonNull(wholeNodes.remove(node)));
    }

    @Override
    public <E extends RuntimeEvent> List<E> told(Cluster node, Class<E> kind) {
        return mistake == Mistake.TELLS_NOBODY_THAT_A_WATCH_IS_BEHIND
                ? List.of()
                : whole.told(Objects.requireNonNull(wholeNodes.get(node)), kind);
    }

    /** What goes wrong is not waited for as long as what must go well. */
    @Override
    public Duration patience() {
        return mistake == Mistake.NONE ? whole.patience() : Duration.ofSeconds(1);
    }

    @Override
    public void close() {
        whole.close();
    }

    private static final class Node implements Cluster {
        private final Cluster whole;
        private final Mistake mistake;
        private final Membership membership;
        private final Transport transport;
        private final Map<String, SharedMap> maps = new HashMap<>();
        private final Map<String, MapSpec> specs = new HashMap<>();

        Node(Cluster whole, Mistake mistake) {
            this.whole = whole;
            this.mistake = mistake;
            this.membership = new BrokenMembership(whole.membership(), mistake);
            this.transport = new BrokenTransport(whole, mistake);
        }

        @Override
        public Membership membership() {
            return membership;
        }

        @Override
        public Transport transport() {
            return transport;
        }

        @Override
        public SharedMap map(MapSpec spec) {
            if (mistake == Mistake.OPENS_AGAIN) {
                return new BrokenMap(whole.map(spec), whole, mistake);
            }
            if (mistake == Mistake.TAKES_ANY_SPECIFICATION && maps.containsKey(spec.name())) {
                return maps.get(spec.name());
            }
            SharedMap map = whole.map(spec);
            if (mistake == Mistake.REFUSES_OTHER_BACKUPS
                    && spec.backups().isPresent()
                    && !spec.equals(specs.computeIfAbsent(spec.name(), name -> spec))) {
                throw new MapConflictException(spec, "another");
            }
            return maps.compute(
                    spec.name(),
                    (name, before) ->
                            before != null && !before.isClosed() ? before : new BrokenMap(map, whole, mistake));
        }

        @Override
        public NodeStates states() {
            return whole.states();
        }

        @Override
        public Scheduler scheduler() {
            return whole.scheduler();
        }

        @Override
        public TimeSource time() {
            return whole.time();
        }
    }
}

package io.durableserver.testkit;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Session;
import io.durableserver.testkit.cluster.ClusterUnderTest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** The cluster in this JVM, without a runtime. In this package for what is not for users. */
public final class LocalClusterUnderTest implements ClusterUnderTest {
    private final LocalNetwork network = new LocalNetwork();
    private final Map<Cluster, LocalNode> nodes = new LinkedHashMap<>();
    private final Map<Cluster, List<RuntimeEvent>> facts = new HashMap<>();

    @Override
    public Cluster start(String name) {
        List<RuntimeEvent> told = new CopyOnWriteArrayList<>();
        LocalNode node =
                new LocalNode(network, new Session(name, UUID.randomUUID().toString()), null, told::add);
        nodes.put(node.cluster(), node);
        facts.put(node.cluster(), told);
        network.join(node);
        network.announce(node);
        network.settle();
        return node.cluster();
    }

    @Override
    public <E extends RuntimeEvent> List<E> told(Cluster node, Class<E> kind) {
        return Objects.requireNonNull(facts.get(node)).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Override
    public void stop(Cluster cluster) {
        LocalNode node = Objects.requireNonNull(nodes.remove(cluster));
        node.die();
        network.leave(node, new Event.Left(node.session()));
        node.close();
    }

    @Override
    public void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
    }
}

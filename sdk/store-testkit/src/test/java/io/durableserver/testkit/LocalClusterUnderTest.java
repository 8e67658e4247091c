package io.durableserver.testkit;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import io.durableserver.testkit.cluster.ClusterUnderTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The cluster in this JVM, without a runtime. In this package for what is not for users. */
public final class LocalClusterUnderTest implements ClusterUnderTest {
    private final LocalNetwork network = new LocalNetwork();
    private final Map<Cluster, LocalNode> nodes = new LinkedHashMap<>();

    @Override
    public Cluster start(String name) {
        LocalNode node =
                new LocalNode(network, new Session(name, UUID.randomUUID().toString()), null);
        nodes.put(node.cluster(), node);
        network.join(node);
        network.announce(node);
        network.settle();
        return node.cluster();
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

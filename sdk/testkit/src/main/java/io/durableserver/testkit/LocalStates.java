package io.durableserver.testkit;

import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Session;
import java.util.Map;

/** What the nodes of a cluster in this JVM say about themselves, as one of them reaches it: all see it at once. */
record LocalStates(LocalNetwork network, LocalNode node) implements NodeStates {
    @Override
    public void publish(byte[] row) {
        if (node.isAlive()) {
            network.says(node.session(), row);
        }
    }

    @Override
    public Map<Session, byte[]> rows() {
        return network.states();
    }
}

package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ignite.transport.FrameChannel;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.internal.cluster.ClusterTopologyCheckedException;
import org.apache.ignite.lang.IgniteInClosure;
import org.apache.ignite.plugin.extensions.communication.Message;
import org.apache.ignite.spi.IgniteSpiException;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FrameChannelIT {
    private static final String TOPIC = "frames";

    /**
     * Fails a message of the test's thread the way Ignite does when it cannot reach a node, whether or not that node is
     * gone.
     */
    private static final class Stumbling extends TcpCommunicationSpi {
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean stumble = new AtomicBoolean();

        @Override
        public void sendMessage(ClusterNode node, Message message) {
            stumble(node);
            super.sendMessage(node, message);
        }

        @Override
        public void sendMessage(ClusterNode node, Message message, IgniteInClosure<IgniteException> acknowledged) {
            stumble(node);
            super.sendMessage(node, message, acknowledged);
        }

        private void stumble(ClusterNode node) {
            if (Thread.currentThread() == thread && stumble.getAndSet(false)) {
                throw new IgniteSpiException(new ClusterTopologyCheckedException("Failed to connect to " + node.id()));
            }
        }
    }

    private final TestCluster cluster = new TestCluster(18_200);

    /** All nodes of a cluster must have the same kind of communication. */
    private Ignite start(String name, Stumbling communication) {
        EmbeddedNode settings = cluster.settings(name)
                .servers(TestCluster.config(TestCluster.PREFIX))
                .build();
        DurableServerPluginProvider provider = new DurableServerPluginProvider(new StandInRuntime());
        provider.setServers(settings.servers());
        IgniteConfiguration configuration = TestCluster.configuration(settings, provider);
        TcpCommunicationSpi usual = (TcpCommunicationSpi) configuration.getCommunicationSpi();
        communication.setLocalPort(usual.getLocalPort());
        communication.setLocalPortRange(usual.getLocalPortRange());
        return Ignition.start(configuration.setCommunicationSpi(communication));
    }

    @Test
    @SuppressWarnings("try") // the receiver listens until it is closed
    void aNodeIsGoneWhenDiscoverySaysSo() {
        Stumbling communication = new Stumbling();
        try (Ignite here = start("a", communication);
                Ignite there = start("b", new Stumbling())) {
            UUID id = there.cluster().localNode().id();
            List<String> received = new CopyOnWriteArrayList<>();
            try (FrameChannel sender = new FrameChannel(here, TOPIC, (from, frame) -> {});
                    FrameChannel receiver =
                            new FrameChannel(there, TOPIC, (from, frame) -> received.add(from + " " + frame.length))) {
                communication.stumble.set(true);
                assertThatThrownBy(() -> sender.send(id, new byte[7])).isInstanceOf(IgniteException.class);
                assertThat(sender.send(id, new byte[8])).isTrue();
                String from = here.cluster().localNode().id().toString();
                TestCluster.await("second frame", () -> received.equals(List.of(from + " 8")));
            }
            there.close();
            FrameChannel sender = new FrameChannel(here, TOPIC, (from, frame) -> {});
            TestCluster.await("discovery notices", () -> here.cluster().node(id) == null);
            assertThat(sender.send(id, new byte[9])).isFalse();
        }
    }
}

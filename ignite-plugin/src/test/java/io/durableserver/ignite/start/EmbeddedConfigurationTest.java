package io.durableserver.ignite.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.DurableServerPluginProvider;
import io.durableserver.ignite.EmbeddedNode;
import java.util.List;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.junit.jupiter.api.Test;

class EmbeddedConfigurationTest {
    /** What a user who sets nothing gets: calls between nodes of one host would wait 40 ms at a time with Ignite's own. */
    @Test
    void socketsOfTheClusterHaveBuffersOfAKnownSize() {
        EmbeddedNode node = EmbeddedNode.builder().name("a").build();
        TcpCommunicationSpi sockets =
                (TcpCommunicationSpi) EmbeddedConfiguration.of(node, new DurableServerPluginProvider(), List.of(), 0)
                        .getCommunicationSpi();
        assertThat(sockets.getSocketReceiveBuffer()).isEqualTo(128 << 10);
        assertThat(sockets.getSocketSendBuffer()).isEqualTo(128 << 10);
    }
}

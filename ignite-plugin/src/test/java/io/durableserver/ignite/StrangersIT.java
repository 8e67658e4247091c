package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.ClusterEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever can reach the communication port of a node and is none. */
@Timeout(180)
class StrangersIT {
    private static final int PORT = 21_700;
    private static final int COMMUNICATION = PORT + 50;

    private final TestCluster cluster = new TestCluster(PORT);
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        cluster.close();
    }

    private Socket connect(int port, byte[] says) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            socket.setSoTimeout(1);
            socket.getOutputStream().write(says);
            return socket;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads what Ignite greets with, to the end. */
    private static boolean isClosed(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Its greeting.
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A JVM of 256 MiB: with the system's buffers 200 connections took more than that, and it was halted. */
    @Test
    void twoHundredIdleConnectionsLeaveANodeAliveAndAreClosed() {
        try (ChildJvm child = ChildNode.start(cluster, "b")) {
            Cluster here = cluster.start(new String[] {"a"}).get(0);
            Awaitility.await("two nodes")
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> here.membership().view().sessions().size() == 2);
            // The child was first, and has the first port.
            int before = sockets.size();
            for (int i = 0; i < 200; i++) {
                connect(COMMUNICATION, new byte[] {(byte) i});
            }
            assertThat(sockets).hasSize(before + 200);
            Awaitility.await("all are closed")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> sockets.stream().allMatch(StrangersIT::isClosed));
            assertThat(child.process().isAlive()).isTrue();
            assertThat(here.membership().view().sessions()).hasSize(2);
            for (int i = 0; i < 50; i++) {
                byte[] value = {1};
                assertThat(TestCluster.get(here.map(StandInRuntime.DIRECTORY).putIfAbsent("k" + i, value))
                                .applied())
                        .isTrue();
            }
        }
    }

    @Test
    void halfOpenAndGarbageConnectionsAreClosedAndNodesStay() {
        List<Cluster> nodes = cluster.start("a", "b");
        List<byte[]> says = List.of(
                new byte[0],
                "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {0},
                new byte[] {0, 0},
                new byte[10_000]);
        for (byte[] greeting : says) {
            connect(COMMUNICATION, greeting);
            connect(COMMUNICATION + 1, greeting);
        }
        Awaitility.await("all are closed")
                .atMost(Duration.ofSeconds(60))
                .until(() -> sockets.stream().allMatch(StrangersIT::isClosed));
        for (String name : List.of("a", "b")) {
            TestCluster.await(
                    "it is told",
                    () -> !cluster.told(name, ClusterEvent.ConnectionsClosed.class)
                            .isEmpty());
            assertThat(cluster.told(name, ClusterEvent.ConnectionsClosed.class).get(0))
                    .satisfies(fact -> {
                        assertThat(fact.node()).startsWith(name + "-");
                        assertThat(fact.connections()).isBetween(1L, 5L);
                        assertThat(fact.at()).contains("127.0.0.1");
                    });
        }
        assertThat(nodes)
                .allSatisfy(
                        node -> assertThat(node.membership().view().sessions()).hasSize(2));
        for (Cluster node : nodes) {
            assertThat(TestCluster.get(node.map(StandInRuntime.DIRECTORY)
                                    .putIfAbsent(node.membership().self().node(), new byte[] {1}))
                            .applied())
                    .isTrue();
        }
    }
}

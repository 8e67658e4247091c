package io.durableserver.ignite.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.StandInRuntime;
import io.durableserver.ignite.TestCluster;
import io.durableserver.ignite.host.NodeHost;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ignite.plugin.PluginProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A visitor at a place where something answers that is no cluster. */
@Timeout(120)
class VisitorIT {
    private static final int PORT = 23_900;

    private final List<RuntimeEvent> told = new ArrayList<>();

    private static PluginProvider<?> passive() {
        NodeHost none = new NodeHost(new StandInRuntime());
        none.setServers(List.of());
        return TestCluster.door(none);
    }

    /** Takes connections and closes them, until the socket is closed. */
    private static Thread closing(ServerSocket place, Runnable met) {
        Thread thread = new Thread(() -> {
            while (true) {
                try (Socket visitor = place.accept()) {
                    met.run();
                    visitor.setSoLinger(true, 0);
                } catch (IOException closed) {
                    if (place.isClosed()) {
                        return;
                    }
                }
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void aPlaceThatLetsNobodyInIsToldAndPassed() throws Exception {
        ServerSocket place = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = closing(place, () -> {});
        try (TestCluster cluster = new TestCluster(PORT)) {
            String at = "127.0.0.1:" + place.getLocalPort();
            Visitor visitor =
                    new Visitor(cluster.settings("a").build(), VisitorIT::passive, told::add, Duration.ofMillis(500));
            assertThat(visitor.<String>visit(List.of(at), (where, other) -> Optional.of(where)))
                    .isEmpty();
            assertThat(visitor.closed()).containsOnlyKeys(at);
            assertThat(told).singleElement().isInstanceOfSatisfying(ClusterEvent.ClusterClosed.class, fact -> {
                assertThat(fact.node()).isEqualTo("a-" + PORT);
                assertThat(fact.at()).isEqualTo(at);
                assertThat(fact.problem()).isNotEmpty();
            });
        } finally {
            place.close();
            thread.join();
        }
    }

    /** Ignite interrupts the thread that starts a node which is stopped meanwhile: that is one of the visitor's own. */
    @Test
    @Timeout(60)
    void anInterruptOfTheCallerEndsTheVisitAndStaysSet() throws Exception {
        ServerSocket place = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread caller = Thread.currentThread();
        Thread thread = closing(place, caller::interrupt);
        try (TestCluster cluster = new TestCluster(PORT)) {
            String at = "127.0.0.1:" + place.getLocalPort();
            Visitor visitor =
                    new Visitor(cluster.settings("a").build(), VisitorIT::passive, told::add, Duration.ofHours(1));
            assertThat(visitor.<String>visit(List.of(at), (where, other) -> Optional.of(where)))
                    .isEmpty();
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            place.close();
            Thread.interrupted(); // one that came later
            thread.join();
        }
    }
}

package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.StandInRuntime;
import io.durableserver.ignite.TestCluster;
import io.durableserver.ignite.host.NodeHost;
import io.durableserver.ignite.split.GivenUp;
import io.durableserver.ignite.split.KeptSide;
import io.durableserver.ignite.split.KeptSideSearch;
import io.durableserver.ignite.split.Standing;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.spi.ClusterEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.plugin.PluginProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class IgniteSeatIT {
    private static final int PORT = 20_300;

    @TempDir
    private Path work;

    private final TestCluster cluster = new TestCluster(PORT);

    @AfterEach
    void close() {
        cluster.close();
    }

    private final StandInRuntime runtime = new StandInRuntime();

    private EmbeddedNode settings(String name, int port) {
        return cluster.settings(name)
                .name(name)
                .workDirectory(work)
                .discoveryPort(port)
                .communicationPort(port + 50)
                .portRange(3)
                .persistence(true)
                .activateWhen(2)
                .servers(TestCluster.config(TestCluster.PREFIX))
                .build();
    }

    private IgniteSeat seat(EmbeddedNode settings) {
        return new IgniteSeat(settings, runtime, TestCluster::door, () -> {});
    }

    private static PluginProvider<?> passive() {
        NodeHost none = new NodeHost(new StandInRuntime());
        none.setServers(List.of());
        return TestCluster.door(none);
    }

    /** Such as the mark of a given-up side that cannot be deleted. */
    @Test
    void anIgniteNodeWhoseJoinIsNotFinishedDoesNotStay() {
        EmbeddedNode settings = settings("a", PORT);
        IgniteSeat seat = seat(settings);
        List<String> addresses = EmbeddedConfiguration.addresses(settings);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> seat.open(addresses, 0, met -> {
                        assertThat(met).containsExactly("a");
                        throw new UncheckedIOException("cannot be deleted", new IOException("read-only"));
                    }))
                    .hasMessageContaining("read-only");
            assertThat(Ignition.state("a")).isEqualTo(IgniteState.STOPPED);
        }

        assertThat(runtime.told(ClusterEvent.DiskTroubled.class)).isEmpty();
        assertThatThrownBy(() -> seat.open(addresses, 0, met -> {
                    throw new UncheckedIOException("x", new IOException("No space left on device"));
                }))
                .hasMessageContaining("is full");
        assertThat(runtime.told(ClusterEvent.DiskTroubled.class))
                .singleElement()
                .satisfies(fact -> {
                    assertThat(fact.node()).isEqualTo("a");
                    assertThat(fact.trouble()).isEqualTo("DISK_FULL");
                });

        seat.open(addresses, 0, met -> {});
        seat.start();
        assertThat(seat.ignite().cluster().nodes()).hasSize(1);
        seat.close();
        assertThat(Ignition.state("a")).isEqualTo(IgniteState.STOPPED);
    }

    /** The kept side's nodes have moved since, and a third side answers where they were. */
    @Test
    void theSideThatWasKeptIsFoundAmongOthersByItsNames() {
        DurableIgnite third = cluster.start("c", settings("c", PORT));
        DurableIgnite kept = cluster.start("k", settings("k", PORT + 10));
        EmbeddedNode b = cluster.settings("b")
                .name("b")
                .workDirectory(work)
                .peers("127.0.0.1:" + PORT, "127.0.0.1:" + (PORT + 10))
                .discoveryPort(PORT + 20)
                .communicationPort(PORT + 70)
                .portRange(3)
                .servers(TestCluster.config(TestCluster.PREFIX))
                .build();
        KeptSide side = new KeptSide(List.of("k", "k2"), List.of("127.0.0.1:" + PORT));
        assertThat(KeptSideSearch.find(
                        b, new KeptSide(List.of("gone"), side.addresses()), IgniteSeatIT::passive, event -> {}))
                .isEmpty();
        GivenUp.mark(b, side);
        IgniteSeat seat = seat(b);
        seat.open(new CountDownLatch(1));
        try {
            assertThat(Standing.names(kept.ignite())).containsExactly("b", "k");
            assertThat(Standing.names(third.ignite())).containsExactly("c");
            assertThat(GivenUp.of(b)).isEmpty();
            // Ignite waits for the end of an activation before it stops.
            TestCluster.await("active", () -> kept.ignite().cluster().state().active());
        } finally {
            Ignition.stop("b", true);
        }
    }
}

package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.WhenCutOff;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.cluster.ClusterState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both sides of a cluster that keeps its records on its own disks, and has no quorum, wrote after a split. Here the sides do not find
 * each other since the second node looks for itself only; an operator activates each, as both were at the moment of a real split.
 */
@Timeout(240)
class GiveUpSideIT {
    private static final int PORT = 19_900;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path work;

    private final List<DurableIgnite> nodes = new ArrayList<>();
    private final Queue<RuntimeEvent> told = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        nodes.forEach(DurableIgnite::close);
    }

    private DurableIgnite start(String name, int port, WhenCutOff policy, int... peers) {
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(port)
                .portRange(5)
                .communicationPort(port + 50)
                .peers(Arrays.stream(peers)
                        .mapToObj(peer -> "127.0.0.1:" + peer)
                        .toArray(String[]::new))
                .memoryBytes(64L << 20)
                .persistence(true)
                .persistentMemoryBytes(64L << 20)
                .walSegmentBytes(4 << 20)
                .activateWhen(2)
                .failureDetection(Duration.ofSeconds(3))
                .whenCutOff(policy)
                .servers(DurableServersConfig.builder()
                        .prefix("counters/")
                        .type(Counter.TYPE)
                        .events(fact -> told.add(fact.event()))
                        .lease(LeaseConfig.builder()
                                .time(Duration.ofSeconds(3))
                                .renewEvery(Duration.ofMillis(500))
                                .margin(Duration.ofMillis(750))
                                .build())
                        .backend(IgniteKv.backend(IgniteKvConfig.builder()
                                .backups(1)
                                .partitions(16)
                                .splitWrites(true)
                                .maxRecordBytes(64 << 10)
                                .build()))
                        .build())
                .build());
        nodes.add(node);
        return node;
    }

    private static long add(DurableIgnite node, String key) {
        return Awaitility.await(key)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DurableServerException.class)
                .until(
                        () -> node.servers()
                                .ensureStarted(Counter.TYPE, key, new Counter.State(0))
                                .call(new Counter.Increment(1)),
                        count -> count > 0);
    }

    private void stopAll() {
        nodes.forEach(DurableIgnite::close);
        nodes.clear();
    }

    /** One cluster with one count, and then two, each with its own. */
    private void split(WhenCutOff policyOfB) {
        DurableIgnite a = start("a1", PORT, WhenCutOff.RESTART, PORT, PORT + 10);
        DurableIgnite b = start("b1", PORT + 10, policyOfB, PORT, PORT + 10);
        b.servers().awaitReady(PATIENCE);
        assertThat(add(a, "k")).isEqualTo(1);
        stopAll();
        forgetWhoWasThereLast();
        alone(start("a1", PORT, WhenCutOff.RESTART, PORT, PORT + 10));
        alone(start("b1", PORT + 10, policyOfB, PORT + 10));
    }

    /** Nodes of a split go on without a start, which would ask for the others; so these must not remember them. */
    private void forgetWhoWasThereLast() {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path mark :
                    files.filter(file -> file.toString().endsWith(".copies")).toList()) {
                Files.delete(mark);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void alone(DurableIgnite node) {
        node.ignite().cluster().state(ClusterState.ACTIVE);
        node.servers().awaitReady(PATIENCE);
        assertThat(node.ignite().cluster().nodes()).hasSize(1);
    }

    private static void refused(DurableIgnite node, Set<String> names, String... says) {
        assertThatThrownBy(() -> giveUpSide(node, names))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(says);
    }

    /** As an operator does: a side that cannot be visited at the moment is asked again, as nothing was done. */
    private static void giveUpSide(DurableIgnite node, Set<String> names) {
        Awaitility.await("the other side can be asked")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(NotAppliedException.class)
                .until(() -> {
                    node.giveUpSide(names);
                    return true;
                });
    }

    @Test
    void theSideThatIsNamedJoinsTheOtherAndIsFilledFromThere() {
        split(WhenCutOff.RESTART);
        DurableIgnite a = nodes.get(0);
        DurableIgnite b = nodes.get(1);
        assertThat(add(a, "k")).as("what is kept").isEqualTo(2);
        assertThat(add(b, "k")).isEqualTo(2);
        assertThat(add(b, "k")).isEqualTo(3);
        assertThat(add(b, "lost")).isEqualTo(1);

        refused(a, Set.of(), "names");
        refused(a, Set.of("a1"), "in the cluster of this node, a1");
        refused(a, Set.of("a1", "b1"), "in the cluster of this node, a1");
        refused(a, Set.of("c1"), "all nodes of the other side, which are [b1]");
        refused(a, Set.of("b1", "c1"), "all nodes of the other side, which are [b1]");
        assertThat(add(b, "k")).as("nothing was done").isEqualTo(4);

        giveUpSide(a, Set.of("b1"));

        Awaitility.await("one cluster")
                .atMost(PATIENCE)
                .until(() -> a.ignite().cluster().forServers().nodes().size() == 2
                        && b.state().phase() == Phase.SERVING);
        refused(a, Set.of("b1"), "in the cluster of this node, a1");
        assertThat(add(b, "k")).isEqualTo(3);
        assertThat(add(b, "lost")).isEqualTo(1);
        assertThat(work.resolve("b1/given-up/b1/db/b1")).as("set aside").isDirectoryContaining("glob:**");
        assertThat(work.resolve("b1/durable-gave-up-b1")).doesNotExist();
        assertThat(told)
                .contains(
                        new ClusterEvent.SideDismissed("a1", "[b1]"),
                        new ClusterEvent.SideGivenUp("b1", "[b1]", "[a1]"),
                        new ClusterEvent.NodeRejoined("b1"))
                .as("while no runtime was there")
                .anyMatch(ClusterEvent.DataSetAside.class::isInstance);
        // Both have all of it: one goes, and the other still knows.
        Awaitility.await("copied")
                .atMost(PATIENCE)
                .until(() -> b.ignite().cache(records(b)).localSizeLong(CachePeekMode.ALL)
                        == a.ignite().cache(records(a)).localSizeLong(CachePeekMode.ALL));
    }

    private static String records(DurableIgnite node) {
        return node.ignite().cacheNames().stream()
                .filter(name -> name.startsWith("durable-records-"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutASplitOrWhereTheOtherSideStaysNothingIsDone() {
        split(WhenCutOff.STAY_DOWN);
        DurableIgnite a = nodes.get(0);
        DurableIgnite b = nodes.get(1);
        refused(a, Set.of("b1"), "STAY_DOWN");
        refused(b, Set.of("a1"), "nobody answers");
        assertThat(add(b, "k")).isEqualTo(2);
        b.close();
        refused(a, Set.of("b1"), "nobody answers");
        assertThat(add(a, "k")).isEqualTo(2);
    }
}

package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.ServerRef;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.spi.BackendFactory;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two clusters of one prefix and store that do not find each other: each looks for its own nodes only, and they were one before, as
 * the files in their work directories say, or were not.
 */
@Timeout(180)
class SplitIT {
    private static final int PORT = 19_700;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path work;

    private final InMemoryStore store = new InMemoryStore();
    private final List<DurableIgnite> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(DurableIgnite::close);
    }

    private DurableIgnite start(String name, int port, String cluster, WhenCutOff policy) throws IOException {
        Path directory = work.resolve(name);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("durable-clusters-" + name), cluster + "\n");
        DurableIgnite node = start(name, port, policy, InMemoryBackend.factory(store), List.of());
        node.servers().awaitReady(PATIENCE);
        return node;
    }

    private DurableIgnite start(String name, int port, WhenCutOff policy, BackendFactory backend, List<String> peers) {
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(port)
                .portRange(5)
                .communicationPort(port + 50)
                .peers(peers.toArray(String[]::new))
                .memoryBytes(64L << 20)
                .failureDetection(Duration.ofSeconds(3))
                .whenCutOff(policy)
                .servers(DurableServersConfig.builder()
                        .prefix("tallies/")
                        .type(Tally.TYPE)
                        .service(Tally.Gate.class, key -> {})
                        .lease(LeaseConfig.builder()
                                .time(Duration.ofSeconds(2))
                                .renewEvery(Duration.ofMillis(250))
                                .margin(Duration.ofMillis(500))
                                .build())
                        .backend(backend)
                        .build())
                .build());
        nodes.add(node);
        return node;
    }

    private static long add(ServerRef ref, long by) {
        return Awaitility.await(ref.toString())
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DurableServerException.class)
                .until(
                        () -> ref.call(new Tally.Add(by, true), CallOptions.timeout(Duration.ofSeconds(5))),
                        count -> count > 0);
    }

    private static List<ServerRef> count(DurableIgnite node, String keys) {
        List<ServerRef> refs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String key = keys + i;
            // The sides may settle at any time.
            ServerRef ref = Awaitility.await(key)
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(DurableServerException.class)
                    .until(() -> node.servers().ensureStarted(Tally.TYPE, key, new Tally.State(0)), started -> true);
            add(ref, i + 1);
            refs.add(ref);
        }
        return refs;
    }

    @Test
    void sidesOfASplitThatReachEachOtherBecomeOneAndLoseNothing() throws IOException {
        String cluster = UUID.randomUUID().toString();
        DurableIgnite a1 = start("a1", PORT, cluster, WhenCutOff.RESTART);
        DurableIgnite a2 = start("a2", PORT, cluster, WhenCutOff.RESTART);
        DurableIgnite b1 = start("b1", PORT + 10, cluster, WhenCutOff.RESTART);
        assertThat(b1.ignite().cluster().nodes()).hasSize(1);
        List<NodeState> ofB = new CopyOnWriteArrayList<>();
        b1.onStateChange(ofB::add);
        String session = a1.servers().session().incarnation();
        List<ServerRef> fromA = count(a1, "a");
        List<ServerRef> fromB = count(b1, "b");

        Awaitility.await("one cluster")
                .atMost(PATIENCE)
                .until(() -> nodes.stream()
                        .allMatch(node -> node.ignite().cluster().nodes().size() == 3));
        nodes.forEach(node -> Awaitility.await(node.state().toString())
                .atMost(PATIENCE)
                .until(() -> node.state().phase() == Phase.SERVING));

        assertThat(ofB)
                .as("told while it was split")
                .anyMatch(state -> state.phase() == Phase.DEGRADED
                        && state.ready()
                        && state.cause().contains("split"));
        assertThat(ofB).anyMatch(state -> state.phase() == Phase.REJOINING);
        assertThat(a1.servers().session().incarnation())
                .as("the larger side stays")
                .isEqualTo(session);
        for (int i = 0; i < 4; i++) {
            assertThat(add(fromA.get(i), 10)).isEqualTo(i + 11);
            assertThat(add(fromB.get(i), 10)).isEqualTo(i + 11);
            assertThat(add(a2.servers().ref(Tally.TYPE, "b" + i), 10)).isEqualTo(i + 21);
            assertThat(add(b1.servers().ref(Tally.TYPE, "a" + i), 10)).isEqualTo(i + 21);
        }
    }

    @Test
    void strangersThatShareAPrefixAreToldAndNotMerged() throws IOException {
        DurableIgnite ours = start("a1", PORT, UUID.randomUUID().toString(), WhenCutOff.RESTART);
        DurableIgnite theirs = start("b1", PORT + 10, UUID.randomUUID().toString(), WhenCutOff.RESTART);
        for (DurableIgnite node : nodes) {
            Awaitility.await("told").atMost(PATIENCE).until(() -> node.state().phase() == Phase.DEGRADED);
            assertThat(node.state().ready()).isTrue();
            assertThat(node.state().cause()).contains("a1", "b1", "never merged");
        }
        assertThat(ours.ignite().cluster().nodes()).hasSize(1);
        assertThat(theirs.ignite().cluster().nodes()).hasSize(1);
    }

    @Test
    void aPeerListThatNamesStrangersIsRefusedAndTheyAreUnharmed() throws IOException {
        DurableIgnite ours = start("a1", PORT, UUID.randomUUID().toString(), WhenCutOff.RESTART);
        ServerRef ref = count(ours, "a").get(0);
        Files.createDirectories(work.resolve("b1"));
        Path file = work.resolve("b1/durable-clusters-b1");
        Files.writeString(file, UUID.randomUUID() + "\n");
        List<String> peers = List.of("127.0.0.1:" + PORT, "127.0.0.1:" + (PORT + 10));

        assertThatThrownBy(() -> start("b1", PORT + 10, WhenCutOff.RESTART, InMemoryBackend.factory(store), peers))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("CLUSTER_MISMATCH", "never were one", "durable-clusters-b1", "a1");

        assertThat(ours.ignite().cluster().nodes()).hasSize(1);
        assertThat(add(ref, 1)).isEqualTo(2);
        Files.delete(file);
        DurableIgnite welcome = start("b1", PORT + 10, WhenCutOff.RESTART, InMemoryBackend.factory(store), peers);
        welcome.servers().awaitReady(PATIENCE);
        assertThat(add(welcome.servers().ref(Tally.TYPE, "a0"), 1)).isEqualTo(3);
    }

    @Test
    void nodesThatAreToStayDownDoNotStepDown() throws IOException {
        String cluster = UUID.randomUUID().toString();
        start("a1", PORT, cluster, WhenCutOff.STAY_DOWN);
        start("b1", PORT + 10, cluster, WhenCutOff.STAY_DOWN);
        for (DurableIgnite node : nodes) {
            Awaitility.await("told").atMost(PATIENCE).until(() -> node.state().phase() == Phase.DEGRADED);
            assertThat(node.state().cause()).contains("split");
        }
    }

    /** As a minority without quorum, or a node that came back alone while the others could not be reached. */
    @Test
    void aNodeThatCanServeNothingWhereItIsGoesToWhereOthersAnswer() throws IOException {
        InMemoryBackend broken = new InMemoryBackend();
        broken.close();
        DurableIgnite alone = start(
                "b1",
                PORT + 10,
                WhenCutOff.RESTART,
                context -> broken,
                List.of("127.0.0.1:" + PORT, "127.0.0.1:" + (PORT + 10)));
        DurableIgnite others = start("a1", PORT, UUID.randomUUID().toString(), WhenCutOff.RESTART);
        Awaitility.await("one cluster")
                .atMost(PATIENCE)
                .until(() -> others.ignite().cluster().nodes().size() == 2);
        assertThat(others.servers().isReady()).as("the one that serves stays").isTrue();
        Awaitility.await("it has joined")
                .atMost(PATIENCE)
                .until(() -> alone.state().phase() == Phase.STARTING);
        assertThat(alone.state().live()).isTrue();
    }
}

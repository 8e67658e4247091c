package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.failure.FailureContext;
import org.apache.ignite.failure.FailureType;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.internal.IgniteEx;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An embedded node that is lost: its application is told, and gets it back. */
@Timeout(180)
class RestartInPlaceIT {
    private static final int PORT = 19_500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PREFIX = "tallies/";

    @TempDir
    private Path work;

    private final StoreServer store = new StoreServer();
    private final List<DurableIgnite> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        try {
            nodes.forEach(DurableIgnite::close);
        } finally {
            store.close();
        }
    }

    private DurableIgnite start(String name, WhenCutOff policy) {
        return start(name, policy, false);
    }

    private DurableIgnite start(String name, WhenCutOff policy, boolean persistence) {
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .portRange(8)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .failureDetection(Duration.ofSeconds(3))
                .whenCutOff(policy)
                .persistence(persistence)
                .persistentMemoryBytes(64L << 20)
                .walSegmentBytes(1 << 20)
                .servers(DurableServersConfig.builder()
                        .prefix(PREFIX)
                        .type(Tally.TYPE)
                        .service(Tally.Gate.class, key -> {})
                        .lease(LeaseConfig.builder()
                                .time(Duration.ofSeconds(6))
                                .renewEvery(Duration.ofMillis(500))
                                .margin(Duration.ofSeconds(1))
                                .build())
                        .backend(InMemoryBackend.factory(store.store))
                        .build())
                .build());
        nodes.add(node);
        node.servers().awaitReady(PATIENCE);
        return node;
    }

    private static void breakDown(DurableIgnite node) {
        ((IgniteEx) node.ignite())
                .context()
                .failure()
                .process(
                        new FailureContext(FailureType.CRITICAL_ERROR, new IllegalStateException("a bad page")),
                        new StopNodeFailureHandler());
    }

    private static void await(DurableIgnite node, Phase phase) {
        Awaitility.await(phase + " of " + node.state())
                .atMost(PATIENCE)
                .until(() -> node.state().phase() == phase);
    }

    private static long add(ServerRef ref) {
        return Awaitility.await(ref.toString())
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DurableServerException.class)
                .until(
                        () -> ref.call(new Tally.Add(1, true), CallOptions.timeout(Duration.ofSeconds(5))),
                        count -> count > 0);
    }

    @Test
    void aFrozenNodeThatGoesOnServesAgainByItself() {
        DurableIgnite here = TallyNode.start("here", work, InMemoryBackend.factory(store.store), key -> {});
        nodes.add(here);
        try (ChildJvm child = TallyNode.child("child", work, store, "stay")) {
            for (String key : TallyNode.LOADED) {
                child.await("applied " + key);
            }
            child.signal("STOP");
            TestCluster.await(
                    "it is missed", () -> here.ignite().cluster().nodes().size() == 1);
            TallyNode.LOADED.forEach(key -> add(here.servers().ref(Tally.TYPE, key)));
            child.signal("CONT");
            child.await("state REJOINING: This node ");
            child.await("state SERVING");
            for (String key : TallyNode.LOADED) {
                int before = child.lines("applied " + key).size();
                Awaitility.await(key)
                        .atMost(PATIENCE)
                        .until(() -> child.lines("applied " + key).size() > before + 1);
            }
            child.kill();

            assertThat(child.lines("refused"))
                    .as("refusals while it was away say what is")
                    .anyMatch(line ->
                            line.contains("NOT_READY") && line.contains("rejoining") && line.contains(" at 20"));
            for (String key : TallyNode.LOADED) {
                long applied = child.lines("applied " + key + " ").size() + 1L;
                // The last one may have been applied and not told when the process was killed.
                long unknown = child.lines("unknown " + key + " ").size() + 1L;
                assertThat(add(here.servers().ref(Tally.TYPE, key)) - 1).as(key).isBetween(applied, applied + unknown);
            }
        }
    }

    @Test
    void aFrozenNodeThatIsToExitEndsItsProcessAndOthersServeOn() throws InterruptedException {
        DurableIgnite here = TallyNode.start("here", work, InMemoryBackend.factory(store.store), key -> {});
        nodes.add(here);
        try (ChildJvm child = TallyNode.child("child", work, store, "exit")) {
            for (String key : TallyNode.LOADED) {
                child.await("applied " + key);
            }
            child.signal("STOP");
            TestCluster.await(
                    "it is missed", () -> here.ignite().cluster().nodes().size() == 1);
            child.signal("CONT");
            assertThat(child.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the process ends: " + child.lines("state"))
                    .isTrue();
            assertThat(child.process().exitValue()).isEqualTo(DurableIgnite.EXIT_STATUS);
            // At once, or as the side of a split that steps down: which of the two it sees first depends on the
            // machine.
            assertThat(child.lines("state"))
                    .anyMatch(line -> line.contains("the process exits ") && line.contains("(whenCutOff is EXIT)"));
            for (String key : TallyNode.LOADED) {
                long applied = child.lines("applied " + key + " ").size();
                long unknown = child.lines("unknown " + key + " ").size();
                assertThat(add(here.servers().ref(Tally.TYPE, key)) - 1).as(key).isBetween(applied, applied + unknown);
            }
        }
    }

    @Test
    void whatTheApplicationHoldsOutlivesACriticalFailure() {
        DurableIgnite node = start("n1", WhenCutOff.RESTART);
        DurableServers servers = node.servers();
        ServerRef ref = servers.ensureStarted(Tally.TYPE, "k", new Tally.State(0));
        assertThat(add(ref)).isEqualTo(1);
        List<NodeState> states = new CopyOnWriteArrayList<>();
        node.onStateChange(states::add);
        Ignite old = node.ignite();
        var session = servers.session();

        breakDown(node);
        Awaitility.await("the loss")
                .atMost(PATIENCE)
                .until(() -> states.stream().anyMatch(state -> state.phase() == Phase.REJOINING));
        assertThat(add(ref)).isEqualTo(2);
        await(node, Phase.SERVING);

        assertThat(node.ignite()).isNotSameAs(old);
        assertThat(servers).isSameAs(node.servers());
        assertThat(servers.session().node()).isEqualTo(session.node());
        assertThat(servers.session()).isNotEqualTo(session);
        assertThat(servers.ref(Tally.TYPE, "k")).isEqualTo(ref);
        assertThat(states).anyMatch(state -> state.cause().contains("critical failure"));
        assertThat(node.ended().toCompletableFuture()).isNotDone();
    }

    @Test
    void aNodeWhoseLeaseWasEndedComesBackAsAnotherSession() {
        DurableIgnite node = start("n1", WhenCutOff.RESTART);
        ServerRef ref = node.servers().ensureStarted(Tally.TYPE, "k", new Tally.State(0));
        assertThat(add(ref)).isEqualTo(1);
        var session = node.servers().session();
        String lease = PREFIX + "__nodes/n1/" + session.incarnation();
        InMemoryBackend other = new InMemoryBackend(store.store);
        Awaitility.await("the lease is gone").atMost(PATIENCE).until(() -> {
            // A renewal may come in between.
            ReadResult read = TestCluster.get(other.get(lease, ReadMode.STRONG, PATIENCE));
            return TestCluster.get(other.delete(lease, ((ReadResult.Found) read).version(), PATIENCE))
                    instanceof WriteResult.Stored;
        });
        Awaitility.await("another session")
                .atMost(PATIENCE)
                .until(() -> !node.servers().session().equals(session));
        assertThat(add(ref)).isEqualTo(2);
    }

    @Test
    void aNodeThatIsToStayDownSaysSoAndEnds() throws Exception {
        DurableIgnite node = start("n1", WhenCutOff.STAY_DOWN);
        ServerRef ref = node.servers().ensureStarted(Tally.TYPE, "k", new Tally.State(0));
        breakDown(node);
        NodeState last = node.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(last.live()).isFalse();
        assertThat(last.cause()).contains("critical failure").contains("STAY_DOWN");
        assertThatThrownBy(() -> ref.call(new Tally.Add(1, true)))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("critical failure")
                .hasMessageContaining("STAY_DOWN");
        assertThat(ref.callAsync(new Tally.Add(1, true)).toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> node.servers().awaitReady(PATIENCE)).hasMessageContaining("STAY_DOWN");
        node.close();
        node.close();
        assertThat(node.state()).isEqualTo(last);
    }

    @Test
    void anIgniteThatTheApplicationStoppedStaysStopped() throws Exception {
        DurableIgnite node = start("n1", WhenCutOff.RESTART);
        Ignition.stop(node.ignite().name(), true);
        NodeState last = node.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(last.cause()).contains("Ignition.stop");
    }

    @Test
    void closeEndsARestartUnderWay() {
        DurableIgnite node = start("n1", WhenCutOff.RESTART);
        breakDown(node);
        await(node, Phase.REJOINING);
        node.close();
        assertThat(node.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(node.state().cause()).isEqualTo("The node is closed");
        assertThat(Ignition.allGrids()).isEmpty();
    }

    @Test
    void aNodeWithDataOnDiskComesBackOnIt() {
        DurableIgnite node = start("n1", WhenCutOff.RESTART, true);
        node.ignite()
                .getOrCreateCache(new CacheConfiguration<String, String>("kept")
                        .setDataRegionName(DurableIgnite.PERSISTENT_REGION))
                .put("a", "b");
        ServerRef ref = node.servers().ensureStarted(Tally.TYPE, "k", new Tally.State(0));
        Ignite old = node.ignite();
        breakDown(node);
        Awaitility.await("another Ignite").atMost(PATIENCE).until(() -> node.ignite() != old);
        await(node, Phase.SERVING);
        assertThat(node.ignite().<String, String>cache("kept").get("a")).isEqualTo("b");
        assertThat(add(ref)).isEqualTo(1);
    }
}

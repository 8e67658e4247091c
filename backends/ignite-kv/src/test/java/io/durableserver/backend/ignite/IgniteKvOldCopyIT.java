package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that was away while the others went on comes back before them, and somebody activates the cluster by hand. */
final class IgniteKvOldCopyIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 30;

    private final TestCluster cluster = new TestCluster(true).start(0, 1, 2).activate();
    private final IgniteKvConfig config =
            TestCluster.config().backups(1).expectedNodes(3).build();

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    private String name(int number) {
        return "kv-" + cluster.id() + "-" + number;
    }

    /** All keys stored by three nodes, and stored again by the nodes 0 and 1; then nobody is left. */
    private Map<String, Version> nodeTwoWasAway() {
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        Map<String, Version> old = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            old.put("key-" + i, ((WriteResult.Stored) end(backend.create("key-" + i, new byte[1], TIMEOUT))).version());
        }
        cluster.stop(2);
        await().atMost(PATIENCE)
                .until(() -> cluster.node(0).cluster().forServers().nodes().size() == 2);
        Version first = replaced(backend, "key-0", Objects.requireNonNull(old.remove("key-0")));
        assertThat(CopyMarks.ask(cluster.node(0), MarkTask.read(config.cacheNameFor(TestCluster.PREFIX)))
                        .marks())
                .as("what all that were left remembered before the first acknowledgement")
                .containsOnlyKeys(name(0), name(1))
                .allSatisfy((node, mark) -> assertThat(mark.needed()).containsExactlyInAnyOrder(name(0), name(1)));
        Map<String, Version> newest = new HashMap<>();
        newest.put("key-0", first);
        old.forEach((key, version) -> newest.put(key, replaced(backend, key, version)));
        cluster.stopAll();
        return newest;
    }

    /** Requests may be refused while the topology changes; none is in doubt here. */
    private static Version replaced(Backend backend, String key, Version version) {
        return ((WriteResult.Stored) await().atMost(PATIENCE)
                        .until(
                                () -> end(backend.replace(key, new byte[2], version, TIMEOUT)),
                                WriteResult.Stored.class::isInstance))
                .version();
    }

    @Test
    void itsCopiesAreRefusedUntilTheNewestAreThere() {
        Map<String, Version> newest = nodeTwoWasAway();
        cluster.start(2, 0).activate();
        Backend early = cluster.open(2, config);
        Backend early0 = cluster.open(0, config);
        for (Backend backend : Set.of(early, early0)) {
            await().atMost(PATIENCE).untilAsserted(() -> refused(backend));
        }
        await().atMost(PATIENCE).until(() -> cluster.node(0).cluster().state() == ClusterState.INACTIVE);
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IgniteException.class)
                .until(() -> cluster.activate() == cluster);
        await().atMost(PATIENCE).until(() -> cluster.node(0).cluster().state() == ClusterState.INACTIVE);
        refused(early);
        StoreEvent.NewestCopiesMissing told = cluster.awaitTold(StoreEvent.NewestCopiesMissing.class);
        assertThat(told.nodes()).isEqualTo("[" + name(1) + "]");
        assertThat(told.problem()).contains("acceptLoss");
        for (int here : new int[] {0, 2}) {
            assertThat(IgniteKv.backend(config).waitsFor(cluster.context().withResource(cluster.node(here))))
                    .hasValueSatisfying(text -> assertThat(text).contains("[" + name(1) + "]", "acceptLoss"));
        }
        cluster.start(1);
        Backend late = cluster.backend(1, config);
        early.ready().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        newest.forEach((key, version) -> {
            assertFound(late, key, version);
            assertFound(early, key, version);
            assertThat(end(early.replace(key, new byte[3], version, TIMEOUT))).isInstanceOf(WriteResult.Stored.class);
        });
    }

    /** Its store was open before; the node that it hears of now has older copies, and the one with the newest is away. */
    @Test
    void aNodeThatStaysUpServesNothingOlderAfterAnActivationByHand() {
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        Map<String, Version> old = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            old.put("key-" + i, ((WriteResult.Stored) end(backend.create("key-" + i, new byte[1], TIMEOUT))).version());
        }
        cluster.stop(2);
        Map<String, Version> newest = new HashMap<>();
        old.forEach((key, version) -> newest.put(key, replaced(backend, key, version)));
        cluster.node(0).cluster().state(ClusterState.INACTIVE);
        cluster.stop(1);
        cluster.start(2).activate();
        await().atMost(PATIENCE).until(() -> {
            newest.forEach((key, version) -> {
                if (end(backend.get(key, ReadMode.STRONG, TIMEOUT)) instanceof ReadResult.Found found) {
                    assertThat(found.version()).as(key).isEqualTo(version);
                }
            });
            return cluster.node(0).cluster().state() == ClusterState.INACTIVE;
        });
        cluster.start(1);
        newest.forEach((key, version) -> assertFound(backend, key, version));
    }

    private void refused(Backend backend) {
        assertThat(backend.ready().toCompletableFuture()).isNotDone();
        for (int i = 0; i < KEYS; i++) {
            assertThat(end(backend.get("key-" + i, ReadMode.STRONG, TIMEOUT)))
                    .isInstanceOfSatisfying(ReadResult.Failed.class, failed -> {
                        assertThat(failed.retryable()).isTrue();
                        assertThat(failed.cause()).hasMessageContainingAll("STORAGE_UNAVAILABLE", name(1));
                    });
            assertThat(end(backend.create("key-" + i, new byte[1], TIMEOUT)))
                    .isInstanceOfSatisfying(
                            WriteResult.NotApplied.class,
                            refusal -> assertThat(refusal.cause()).hasMessageContaining(name(1)));
        }
    }

    @Test
    void anOperatorAcceptsTheLossByName() {
        nodeTwoWasAway();
        cluster.start(2, 0).activate();
        Backend backend = cluster.open(2, config);
        await().atMost(PATIENCE).untilAsserted(() -> refused(backend));
        Ignite node = cluster.node(0);
        for (Set<String> wrong : Set.of(
                Set.<String>of(),
                Set.of(name(0)),
                Set.of("nobody"),
                Set.of(name(1), name(2)),
                Set.of(name(1), "nobody"))) {
            assertThatThrownBy(() -> IgniteKv.acceptLoss(node, TestCluster.PREFIX, config, wrong))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("[" + name(1) + "]");
        }
        refused(backend);

        IgniteKv.acceptLoss(node, TestCluster.PREFIX, config, Set.of(name(1)));

        backend.ready().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        Map<String, Version> now = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i;
            ReadResult.Found found = (ReadResult.Found) await().atMost(PATIENCE)
                    .until(() -> end(backend.get(key, ReadMode.STRONG, TIMEOUT)), ReadResult.Found.class::isInstance);
            now.put(key, replaced(backend, key, found.version()));
        }
        assertThatThrownBy(() -> IgniteKv.acceptLoss(node, TestCluster.PREFIX, config, Set.of(name(1))))
                .as("there is nothing to accept any more")
                .isInstanceOf(ConfigurationException.class);
        cluster.start(1);
        cluster.backend(1, config);
        now.forEach((key, version) -> assertFound(backend, key, version));
    }

    /** Whoever stopped last has all of it, and needs nobody. */
    @Test
    void theNodesThatWereThereLastServeWithoutTheOthers() {
        Map<String, Version> newest = nodeTwoWasAway();
        cluster.start(0, 1).activate();
        Backend backend = cluster.backend(0, config);
        newest.forEach((key, version) -> assertFound(backend, key, version));
        cluster.start(2);
        cluster.backend(2, config);
        newest.forEach((key, version) -> assertFound(backend, key, version));
    }

    private static void assertFound(Backend backend, String key, Version version) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(end(backend.get(key, ReadMode.STRONG, TIMEOUT)))
                        .isInstanceOfSatisfying(
                                ReadResult.Found.class,
                                found -> assertThat(found.version()).as(key).isEqualTo(version)));
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionTopology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node whose directory is empty when it comes back, and a cluster that comes back as a whole. */
final class IgniteKvLostDiskIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 200;

    private final TestCluster cluster = new TestCluster(true).start(0, 1, 2).activate();

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void aNodeThatLostItsDiskGetsItsCopiesBack() {
        IgniteKvConfig config = TestCluster.config().backups(1).expectedNodes(3).build();
        Backend backend = cluster.backend(0, config);
        Map<String, Version> versions = createAll(backend);
        cluster.stop(1);
        cluster.wipe(1);
        cluster.start(1);
        awaitCopies(1, config, versions.keySet());
        cluster.stop(2);
        // Every record now rests on the copies that the empty node was given, or on node 0. Requests may fail while the
        // topology changes.
        await().atMost(PATIENCE)
                .untilAsserted(() -> versions.forEach((key, version) -> assertThat(read(backend, key))
                        .isInstanceOfSatisfying(
                                ReadResult.Found.class,
                                found -> assertThat(found.version()).isEqualTo(version))));
        versions.forEach((key, version) -> {
            assertThat(end(backend.replace(key, new byte[2], version, TIMEOUT))).isInstanceOf(WriteResult.Stored.class);
        });
    }

    /** Stops a node that had the only copies of these records. */
    private Set<String> lostWithNodeOne(Backend backend, Set<String> keys) {
        cluster.stop(1);
        Set<String> lost = new HashSet<>();
        for (String key : keys) {
            if (read(backend, key) instanceof ReadResult.Failed) {
                lost.add(key);
            }
        }
        assertThat(lost).isNotEmpty().hasSizeLessThan(KEYS);
        return lost;
    }

    @Test
    void withoutBackupsALostDiskIsRefusedAndNotSilentlyEmpty() {
        IgniteKvConfig config = TestCluster.config().backups(0).build();
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        Map<String, Version> versions = createAll(backend);
        Set<String> lost = lostWithNodeOne(backend, versions.keySet());
        cluster.wipe(1);
        cluster.start(1);
        cluster.backend(1, config);
        // The other nodes' records are served; nobody is told that a lost one was never there.
        await().atMost(PATIENCE)
                .untilAsserted(() -> versions.forEach((key, version) -> {
                    if (!lost.contains(key)) {
                        assertThat(read(backend, key)).isInstanceOf(ReadResult.Found.class);
                    }
                }));
        await().during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .untilAsserted(() -> lost.forEach(key -> {
                    assertThat(read(backend, key)).as(key).isInstanceOf(ReadResult.Failed.class);
                    assertThat(end(backend.create(key, new byte[1], TIMEOUT)))
                            .as(key)
                            .isInstanceOf(WriteResult.NotApplied.class);
                }));
    }

    @Test
    void withoutBackupsTheRestIsServedOnceTheLossIsAccepted() {
        IgniteKvConfig config = TestCluster.config().backups(0).build();
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        Map<String, Version> versions = createAll(backend);
        Set<String> lost = lostWithNodeOne(backend, versions.keySet());
        IgniteKv.acceptLoss(cluster.node(0), TestCluster.PREFIX, config, Set.of("kv-" + cluster.id() + "-1"));
        versions.forEach((key, version) -> await(key)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(read(backend, key))
                        .isInstanceOf(lost.contains(key) ? ReadResult.Absent.class : ReadResult.Found.class)));
        lost.forEach(key -> assertThat(end(backend.create(key, new byte[1], TIMEOUT)))
                .as(key)
                .isInstanceOf(WriteResult.Stored.class));
    }

    @Test
    void withoutBackupsANodeThatKeptItsDiskBringsItsRecordsBack() {
        IgniteKvConfig config = TestCluster.config().backups(0).build();
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        Map<String, Version> versions = createAll(backend);
        cluster.stop(1);
        cluster.start(1);
        versions.keySet()
                .forEach(key ->
                        await().atMost(PATIENCE).until(() -> read(backend, key), ReadResult.Found.class::isInstance));
    }

    @Test
    void allRecordsComeBackFromDisk() {
        IgniteKvConfig config = TestCluster.config().backups(1).expectedNodes(3).build();
        Map<String, Version> versions = createAll(cluster.backend(0, config));
        cluster.stopAll();
        cluster.start(0, 1, 2);
        Backend backend = cluster.backend(2, config);
        versions.forEach((key, version) -> assertThat(read(backend, key))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(found.version()).isEqualTo(version)));
    }

    /** Until then its copies do not count: those that are all there but still arriving are lost with the node that sends them. */
    private void awaitCopies(int number, IgniteKvConfig config, Set<String> keys) {
        String name = config.cacheNameFor(TestCluster.PREFIX);
        await().atMost(PATIENCE).until(() -> ownsItsPartitions(cluster.node(number), name));
        await().atMost(PATIENCE).until(() -> {
            Affinity<String> affinity = cluster.node(number).affinity(name);
            long own = keys.stream()
                    .filter(key -> affinity.isPrimaryOrBackup(
                            cluster.node(number).cluster().localNode(), key))
                    .count();
            return own > 0
                    && cluster.node(number).cache(name).localSizeLong(CachePeekMode.PRIMARY, CachePeekMode.BACKUP)
                            == own;
        });
    }

    private static boolean ownsItsPartitions(Ignite node, String cache) {
        Affinity<String> affinity = node.affinity(cache);
        ClusterNode self = node.cluster().localNode();
        GridDhtPartitionTopology topology =
                ((IgniteEx) node).cachex(cache).context().topology();
        return topology.rebalanceFinished(topology.readyTopologyVersion())
                && Arrays.stream(affinity.allPartitions(self))
                        .mapToObj(partition -> topology.partitionState(self.id(), partition))
                        .allMatch(GridDhtPartitionState.OWNING::equals);
    }

    private static Map<String, Version> createAll(Backend backend) {
        Map<String, Version> versions = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            WriteResult created = end(backend.create("key-" + i, new byte[1], TIMEOUT));
            versions.put("key-" + i, ((WriteResult.Stored) created).version());
        }
        return versions;
    }

    private static ReadResult read(Backend backend, String key) {
        return end(backend.get(key, ReadMode.STRONG, TIMEOUT));
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CachePeekMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page on growing a cluster, walked on real nodes; and what it refuses. */
final class IgniteKvGrowingIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 16;

    private final TestCluster cluster = new TestCluster(true);
    private final IgniteKvConfig three = config(3);

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    private static IgniteKvConfig config(int nodes) {
        return TestCluster.config()
                .splitWrites(false)
                .backups(1)
                .expectedNodes(nodes)
                .build();
    }

    private void change(int from, int to) {
        IgniteKv.changeExpectedNodes(cluster.any(), TestCluster.PREFIX, three, from, to);
    }

    private OptionalInt stored() {
        return IgniteKv.expectedNodes(cluster.any(), TestCluster.PREFIX, three);
    }

    private static void meant(Ignite node, long servers) {
        await().atMost(PATIENCE).until(() -> node.cluster().forServers().nodes().size() == servers);
        // What control.sh --baseline add and remove do.
        node.cluster().setBaselineTopology(node.cluster().topologyVersion());
    }

    private void here(int servers) {
        await().atMost(PATIENCE)
                .until(() -> cluster.any().cluster().forServers().nodes().size() == servers);
    }

    /** All copies are made. */
    private void whole() {
        String records = three.cacheNameFor(TestCluster.PREFIX);
        await().atMost(PATIENCE)
                .until(() -> cluster.any().cache(records).metrics().getRebalancingPartitionsCount() == 0);
    }

    private static Map<String, Version> fill(Backend backend) {
        Map<String, Version> versions = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i;
            versions.put(key, version(end(backend.create(key, new byte[8], TIMEOUT))));
        }
        return versions;
    }

    private static Version version(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).version();
    }

    /** Each key is there as it was acknowledged, and can be written. */
    private static void serves(Backend backend, Map<String, Version> versions) {
        versions.replaceAll((key, version) -> {
            ReadResult.Found found = (ReadResult.Found) await().atMost(PATIENCE)
                    .until(() -> end(backend.get(key, ReadMode.STRONG, TIMEOUT)), ReadResult.Found.class::isInstance);
            assertThat(found.version()).as(key).isEqualTo(version);
            return version(await().atMost(PATIENCE)
                    .until(
                            () -> end(backend.replace(key, new byte[8], version, TIMEOUT)),
                            WriteResult.Stored.class::isInstance));
        });
    }

    private static void refuses(Backend backend, Map<String, Version> versions) {
        versions.forEach((key, version) -> assertThat(end(backend.replace(key, new byte[9], version, TIMEOUT)))
                .isInstanceOf(WriteResult.NotApplied.class));
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** docs/growing.md, step by step; then back. */
    @Test
    void theFourthNodeIsAddedAndTakenAwayWhileTheOthersServe() {
        Backend backend = cluster.start(0, 1, 2).activate().backend(0, three);
        cluster.backend(1, three);
        cluster.backend(2, three);
        Map<String, Version> versions = fill(backend);
        assertThat(stored()).hasValue(3);

        // 1: the new node joins, and has no records.
        cluster.start(3);
        IgniteKvConfig four = config(4);
        Backend fourth = cluster.backend(3, four);
        serves(fourth, versions);
        String records = three.cacheNameFor(TestCluster.PREFIX);
        assertThat(cluster.node(3).cache(records).localSizeLong(CachePeekMode.ALL))
                .isZero();
        assertThatThrownBy(() -> change(3, 6)).hasMessageContaining("3 to 5, with 3 nodes in the baseline");
        assertThat(cluster.awaitTold(StoreEvent.SizeDiffers.class).problem())
                .contains("configured with expectedNodes(4)");
        // 2: into the baseline; it is filled.
        meant(cluster.node(0), 4);
        await().atMost(PATIENCE).until(() -> cluster.node(3).cache(records).localSizeLong(CachePeekMode.PRIMARY) > 0);
        serves(backend, versions);
        // 3: the number.
        assertThat(cluster.told(StoreEvent.SizeChanged.class)).isEmpty();
        change(3, 4);
        StoreEvent.SizeChanged size = cluster.awaitTold(StoreEvent.SizeChanged.class);
        assertThat(size.before()).isEqualTo(3);
        assertThat(size.expected()).isEqualTo(4);
        assertThat(stored()).hasValue(4);
        await().atMost(PATIENCE)
                .until(() -> cluster.node(0).cache(records).metrics().getRebalancingPartitionsCount() == 0);

        whole();

        cluster.stop(2);
        here(3);
        serves(fourth, versions);
        cluster.stop(1);
        here(2);
        refuses(backend, versions);
        refuses(fourth, versions);
        cluster.start(2, 1);
        cluster.backend(1, four);
        cluster.backend(2, four);
        serves(backend, versions);
        whole();

        // Back: while one is away nothing is changed; out of the baseline, and then the number.
        cluster.stop(2);
        here(3);
        assertThatThrownBy(() -> change(4, 3))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY))
                .hasMessageContaining("kv-" + cluster.id() + "-2");
        meant(cluster.node(0), 3);
        change(4, 3);
        serves(fourth, versions);
        whole();
        cluster.stop(1);
        here(2);
        serves(fourth, versions);
        // The one that was taken out comes back with the number it knew, and does not count.
        cluster.start(2);
        Backend old = cluster.backend(2, four);
        here(3);
        serves(old, versions);
        assertThat(stored()).hasValue(3);
        cluster.stop(0);
        here(2);
        refuses(fourth, versions);
        refuses(old, versions);
    }

    @Test
    void theStoredNumberOutlivesARestartOfTheWholeClusterAndTheConfiguration() {
        Backend backend = cluster.start(0, 1, 2).activate().backend(0, three);
        Map<String, Version> versions = fill(backend);
        change(3, 5);
        assertThat(stored()).hasValue(5);
        cluster.stopAll();

        cluster.start(0, 1, 2);
        Backend again = cluster.backend(0, three);
        assertThat(stored()).hasValue(5);
        serves(again, versions);
        cluster.stop(2);
        here(2);
        refuses(again, versions);
        assertThatThrownBy(() -> change(5, 3)).isInstanceOf(NotAppliedException.class);
        cluster.start(2);
        serves(again, versions);
        change(5, 3);
        cluster.stop(2);
        here(2);
        serves(again, versions);
    }

    @Test
    void oneOfTwoOperatorsWinsAndTheOtherIsTold() {
        cluster.start(0, 1, 2).activate().backend(0, three);
        CompletableFuture<Void> four = CompletableFuture.runAsync(
                () -> IgniteKv.changeExpectedNodes(cluster.node(1), TestCluster.PREFIX, three, 3, 4));
        CompletableFuture<Void> five = CompletableFuture.runAsync(
                () -> IgniteKv.changeExpectedNodes(cluster.node(2), TestCluster.PREFIX, three, 3, 5));
        int wins = 0;
        for (CompletableFuture<Void> call : List.of(four, five)) {
            Throwable failure = call.handle((done, thrown) -> thrown)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            if (failure == null) {
                wins++;
            } else {
                assertThat(failure).hasCauseInstanceOf(ConfigurationException.class);
            }
        }
        assertThat(wins).isEqualTo(1);
        assertThat(stored()).hasValue(four.isCompletedExceptionally() ? 5 : 4);
    }

    @Test
    void aSecondNodeWithoutAQuorumIsRefusedAndTheFirstGoesOn() {
        IgniteKvConfig none = TestCluster.config().splitWrites(false).build();
        Backend first = cluster.start(0).activate().backend(0, none);
        Map<String, Version> versions = fill(first);
        cluster.start(1);
        here(2);
        Backend second = cluster.open(1, none);
        assertThat(second.ready().toCompletableFuture())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ConfigurationException.class)
                .withMessageContaining("IgniteKvConfig.builder().expectedNodes(2)")
                .withMessageContaining("splitWrites(true)");
        assertThat(end(second.create("other", new byte[1], TIMEOUT))).isInstanceOf(WriteResult.NotApplied.class);
        assertThat(cluster.awaitTold(StoreEvent.OpeningRefused.class).problem()).contains("splitWrites(true)");
        serves(first, versions);
        assertThatThrownBy(() -> change(1, 2)).isInstanceOf(DurableServerException.class);

        // As its message says, on both; the first one was alone until now.
        cluster.stopAll();
        IgniteKvConfig two = config(2);
        cluster.start(0, 1);
        Backend opened = cluster.open(0, two);
        cluster.open(1, two);
        await().atMost(PATIENCE).until(() -> cluster.node(0).cluster().state().active());
        meant(cluster.node(0), 2);
        end(opened.ready());
        serves(opened, versions);
        cluster.stop(1);
        here(1);
        refuses(opened, versions);
    }

    @Test
    void aSecondNodeWithoutAQuorumIsNotLetIn() {
        IgniteKvConfig none = TestCluster.config().splitWrites(false).build();
        Backend first = cluster.joinAs(none).start(0).activate().backend(0, none);
        Map<String, Version> versions = fill(first);
        assertThatThrownBy(() -> cluster.start(1))
                .rootCause()
                .hasMessageContaining("IgniteKvConfig.builder().expectedNodes(2)")
                .hasMessageContaining("splitWrites(true)");
        serves(first, versions);
        cluster.joinAs(config(2)).start(1);
    }

    @Test
    void splitWritesAreAcceptedByName() {
        cluster.start(0, 1).activate();
        IgniteKvConfig accepted = TestCluster.config().splitWrites(true).build();
        Map<String, Version> versions = fill(cluster.backend(0, accepted));
        serves(cluster.backend(1, accepted), versions);
        assertThat(stored()).isEmpty();
    }
}

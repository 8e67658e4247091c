package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.binary.BinaryType;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.cluster.ClusterState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node: what a backend asks for before it serves, and what it refuses. */
final class IgniteKvOpeningIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final IgniteKvConfig CONFIG = TestCluster.config().build();

    @Test
    void anInactiveClusterIsWaitedFor() {
        try (TestCluster cluster = new TestCluster(true).start(0)) {
            Backend backend = cluster.open(0, CONFIG);
            assertThat(backend.ready().toCompletableFuture()).isNotDone();
            assertThat(create(backend, 1)).isInstanceOf(WriteResult.NotApplied.class);
            cluster.activate();
            backend.ready()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            assertThat(create(backend, 1)).isInstanceOf(WriteResult.Stored.class);
        }
    }

    /** The cache cannot be made there: that is told, and tried again once the cluster may be written. */
    @Test
    void aClusterThatIsReadOnlyAtFirstIsOpenedLater() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            cluster.any().cluster().state(ClusterState.ACTIVE_READ_ONLY);
            Backend backend = cluster.open(0, CONFIG);
            assertThat(backend.ready().toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withMessageContaining("is tried again");
            assertThat(create(backend, 1))
                    .isInstanceOfSatisfying(
                            WriteResult.NotApplied.class,
                            refusal -> assertThat(refusal.cause()).hasMessageContaining("is tried again"));
            StoreEvent.StoreWaits waits = cluster.awaitTold(StoreEvent.StoreWaits.class);
            assertThat(waits.problem()).contains("is tried again");
            assertThat(waits.code().name()).isEqualTo("STORAGE_UNAVAILABLE");
            assertThat(waits.store()).isEqualTo("ignite-kv");
            assertThat(waits.place()).isEqualTo(CONFIG.cacheNameFor(TestCluster.PREFIX));
            assertThat(cluster.told(StoreEvent.StoreOpened.class)).isEmpty();
            cluster.activate();
            backend.ready()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            assertThat(create(backend, 1)).isInstanceOf(WriteResult.Stored.class);
            cluster.awaitTold(StoreEvent.StoreOpened.class);
        }
    }

    /** A node that is cut off before its first write would wait for the cluster for ever, and its Ignite would not end. */
    @Test
    void theClusterKnowsTheClassesOfWritesBeforeTheFirstOne() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            cluster.backend(0, CONFIG);

            assertThat(cluster.any().binary().types())
                    .extracting(BinaryType::typeName)
                    .contains(CompareAndSet.class.getName(), CompareAndSetAll.class.getName());
        }
    }

    @Test
    void aDeactivatedClusterRefusesWithoutEffect() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            Backend backend = cluster.backend(0, CONFIG);
            cluster.any().cluster().state(ClusterState.INACTIVE);
            assertThat(create(backend, 1)).isInstanceOf(WriteResult.NotApplied.class);
            cluster.activate();
            await().atMost(TIMEOUT).until(() -> create(backend, 1), WriteResult.Stored.class::isInstance);
        }
    }

    @Test
    void aReadOnlyClusterRefusesWritesAndAnswersReads() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            Backend backend = cluster.backend(0, CONFIG);
            create(backend, 1);
            cluster.any().cluster().state(ClusterState.ACTIVE_READ_ONLY);
            assertThat(backend.create("other", new byte[1], TIMEOUT)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(WriteResult.NotApplied.class);
            assertThat(backend.get("key", ReadMode.STRONG, TIMEOUT)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(ReadResult.Found.class);
        }
    }

    /** Somebody else wrote into the cache: that is told as such, by reads of both kinds, and no write goes over it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15})
    void whatIsNoRecordIsToldAsSuch(int bytes) {
        try (TestCluster cluster = new TestCluster(true).start(0, 1).activate()) {
            Backend backend = cluster.backend(0, CONFIG);
            cluster.backend(1, CONFIG);
            for (int i = 0; i < 8; i++) {
                String key = "foreign-" + i;
                cluster.any()
                        .<String, byte[]>cache(CONFIG.cacheNameFor(TestCluster.PREFIX))
                        .put(key, new byte[bytes]);
                for (ReadMode mode : ReadMode.values()) {
                    ReadResult read = backend.get(key, mode, TIMEOUT)
                            .toCompletableFuture()
                            .join();
                    assertThat(read).isInstanceOfSatisfying(ReadResult.Failed.class, failed -> {
                        assertThat(failed.retryable()).isFalse();
                        assertThat(failed.cause()).hasMessageContainingAll("RECORD_CORRUPT", key, "bytes=" + bytes);
                    });
                }
                assertThat(backend.create(key, new byte[1], TIMEOUT)
                                .toCompletableFuture()
                                .join())
                        .isInstanceOf(WriteResult.Conflict.class);
                assertThat(backend.replace(key, new byte[1], new Version("AAAAAAAAAAAAAAAAAAAAAA"), TIMEOUT)
                                .toCompletableFuture()
                                .join())
                        .isInstanceOf(WriteResult.Conflict.class);
            }
        }
    }

    @Test
    void aStoppedNodeRefusesWithoutEffect() {
        try (TestCluster cluster = new TestCluster(true).start(0, 1).activate()) {
            Backend stopped = cluster.backend(1, CONFIG);
            Backend other = cluster.backend(0, CONFIG);
            cluster.stop(1);
            assertThat(create(stopped, 1)).isInstanceOf(WriteResult.NotApplied.class);
            assertThat(stopped.get("key", ReadMode.STRONG, TIMEOUT)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(ReadResult.Failed.class);
            assertThat(other.get("key", ReadMode.STRONG, TIMEOUT)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(ReadResult.Absent.class);
        }
    }

    @Test
    void aRecordOverTheLimitIsNotApplied() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            Backend backend = cluster.backend(0, CONFIG);
            assertThat(create(backend, CONFIG.maxRecordBytes() + 1))
                    .isInstanceOfSatisfying(WriteResult.NotApplied.class, result -> {
                        assertThat(result.retryable()).isFalse();
                        assertThat(((NotAppliedException) result.cause()).reason())
                                .isEqualTo(NotAppliedException.Reason.STATE_TOO_LARGE);
                    });
            assertThat(create(backend, CONFIG.maxRecordBytes())).isInstanceOf(WriteResult.Stored.class);
        }
    }

    @Test
    void aRecordLiesWhereItsServersKeyPointsTo() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            cluster.backend(0, CONFIG);
            var records = cluster.any().<String>affinity(CONFIG.cacheNameFor(TestCluster.PREFIX));
            var directory = new RendezvousAffinityFunction(true, CONFIG.partitions());
            for (int i = 0; i < 100; i++) {
                assertThat(records.partition(TestCluster.PREFIX + "user-" + i))
                        .isEqualTo(directory.partition("user-" + i));
            }
        }
    }

    @Test
    void aCacheOfAnotherShapeIsRefused() {
        try (TestCluster cluster = new TestCluster(true).start(0).activate()) {
            cluster.backend(0, CONFIG);
            Backend other =
                    cluster.open(0, IgniteKvConfig.from(CONFIG).backups(2).build());
            assertThat(other.ready().toCompletableFuture())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            mismatch -> assertThat(mismatch.reason())
                                    .isEqualTo(ConfigurationException.Reason.CLUSTER_MISMATCH));
        }
    }

    @Test
    void aRegionThatIsNotPersistentIsRefusedUnlessAskedFor() {
        IgniteKvConfig memory = TestCluster.config().dataRegion("default").build();
        try (TestCluster cluster = new TestCluster(false).start(0)) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> cluster.open(0, memory))
                    .withMessageContaining("not persistent");
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> cluster.open(0, CONFIG))
                    .withMessageContaining("no such data region");
            Backend backend = cluster.backend(
                    0, IgniteKvConfig.from(memory).inMemory(true).build());
            assertThat(create(backend, 1)).isInstanceOf(WriteResult.Stored.class);
        }
    }

    @Test
    void recordsTooLargeForALogSegmentAreRefused() {
        try (TestCluster cluster = new TestCluster(true).start(0)) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> cluster.open(0, IgniteKvConfig.defaults()))
                    .withMessageContaining("segment");
        }
    }

    @Test
    void aNodeWithoutIgniteIsRefused() {
        try (TestCluster none = new TestCluster(true)) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> IgniteKv.backend(CONFIG).open(none.context()));
        }
    }

    private static WriteResult create(Backend backend, int bytes) {
        return backend.create("key", new byte[bytes], TIMEOUT)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}

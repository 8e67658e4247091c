package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes come and go under a three-node persistent cluster. */
final class IgniteKvFailureIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestCluster cluster = new TestCluster(true).start(0, 1, 2).activate();

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void stoppedPrimariesLoseNoAcknowledgedIncrement() {
        Backend backend =
                cluster.backend(0, TestCluster.config().expectedNodes(3).build());
        AtomicBoolean running = new AtomicBoolean(true);
        List<Counter> counters = IntStream.range(0, 16)
                .mapToObj(i -> new Counter(backend, "counter-" + i))
                .toList();
        List<CompletableFuture<Void>> streams = counters.stream()
                .map(counter -> CompletableFuture.runAsync(() -> counter.incrementWhile(running)))
                .toList();
        for (int round = 0; round < 2; round++) {
            awaitProgress(counters);
            cluster.stop(2);
            awaitProgress(counters);
            cluster.start(2);
        }
        awaitProgress(counters);
        running.set(false);
        streams.forEach(stream -> get(stream));
        for (Counter counter : counters) {
            long stored = counter.total();
            assertThat(stored).as(counter.key).isBetween(counter.acknowledged, counter.acknowledged + counter.unknown);
        }
    }

    @Test
    void aMinorityCannotWriteUntilOneNodeReturns() {
        IgniteKvConfig config = TestCluster.config().expectedNodes(3).backups(2).build();
        Backend backend = cluster.backend(0, config);
        Map<String, Version> versions = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            versions.put("key-" + i, stored(backend.create("key-" + i, bytes("before"), TIMEOUT)));
        }
        cluster.stop(1, 2);
        versions.forEach((key, version) -> {
            assertThat(get(backend.replace(key, bytes("minority"), version, TIMEOUT)))
                    .isInstanceOfSatisfying(
                            WriteResult.NotApplied.class,
                            result -> assertThat(result.retryable()).isTrue());
            assertThat(get(backend.delete(key, version, TIMEOUT))).isInstanceOf(WriteResult.NotApplied.class);
            assertThat(get(backend.get(key, ReadMode.STRONG, TIMEOUT))).isInstanceOf(ReadResult.Failed.class);
        });
        assertThat(get(backend.create("new", bytes("minority"), TIMEOUT))).isInstanceOf(WriteResult.NotApplied.class);
        StoreEvent.QuorumLost lost = cluster.awaitTold(StoreEvent.QuorumLost.class);
        assertThat(lost.servers()).isLessThan(lost.needed()).isPositive();
        assertThat(cluster.told(StoreEvent.QuorumBack.class)).isEmpty();
        cluster.start(1);
        versions.forEach((key, version) -> await().atMost(TIMEOUT)
                .until(
                        () -> get(backend.replace(key, bytes("after"), version, TIMEOUT)),
                        result -> result instanceof WriteResult.Stored));
        assertThat(cluster.awaitTold(StoreEvent.QuorumBack.class).servers()).isEqualTo(2);
        assertThat(cluster.told(StoreEvent.QuorumLost.class)).as("told once").hasSize(1);
    }

    /** Node 1 stops with the old records of what node 2 stops with the new ones of. Returns the newest versions by key. */
    private Map<String, Version> olderOnOneAndNewerOnTwo(Backend backend) {
        List<String> keys = IntStream.range(0, 60).mapToObj(i -> "key-" + i).toList();
        Map<String, Version> versions = new HashMap<>();
        keys.forEach(key -> versions.put(key, stored(backend.create(key, bytes("old"), TIMEOUT))));
        cluster.stop(1);
        keys.forEach(key -> versions.compute(
                key,
                (same, version) ->
                        stored(backend.replace(key, bytes("new"), Objects.requireNonNull(version), TIMEOUT))));
        cluster.stop(2);
        return versions;
    }

    @Test
    void lostPartitionsAreRefusedUntilTheNewestCopyIsBack() {
        Backend backend = cluster.backend(0, TestCluster.config().backups(1).build());
        Map<String, Version> versions = olderOnOneAndNewerOnTwo(backend);
        List<String> keys = List.copyOf(versions.keySet());
        cluster.start(1);
        // Node 1 has the old copies of what node 2 has the new ones of: serving them would undo what was acknowledged.
        int refused = 0;
        for (String key : keys) {
            ReadResult read = get(backend.get(key, ReadMode.STRONG, TIMEOUT));
            if (read instanceof ReadResult.Found found) {
                assertThat(found.version()).isEqualTo(versions.get(key));
            } else {
                assertThat(read).isInstanceOf(ReadResult.Failed.class);
                assertThat(get(backend.create(key, bytes("x"), TIMEOUT))).isInstanceOf(WriteResult.NotApplied.class);
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(cluster.awaitTold(StoreEvent.PartitionsLost.class).problem()).contains("start these");
        assertThat(cluster.told(StoreEvent.PartitionsOpened.class)).isEmpty();
        cluster.start(2);
        for (String key : keys) {
            ReadResult read = await().atMost(TIMEOUT)
                    .until(
                            () -> get(backend.get(key, ReadMode.STRONG, TIMEOUT)),
                            result -> result instanceof ReadResult.Found);
            assertThat(((ReadResult.Found) read).version()).isEqualTo(versions.get(key));
        }
        cluster.awaitTold(StoreEvent.PartitionsOpened.class);
        assertThat(cluster.told(StoreEvent.PartitionsOpenedWithoutNewest.class)).isEmpty();
    }

    /** The node with the newest copies comes back first, and then the one whose copies are older. */
    @Test
    void theNewestCopyWinsAlsoWhenItComesBackFirst() {
        Backend backend = cluster.backend(0, TestCluster.config().backups(1).build());
        Map<String, Version> versions = olderOnOneAndNewerOnTwo(backend);
        List<String> keys = List.copyOf(versions.keySet());
        var records = cluster.node(0).cache(TestCluster.config().build().cacheNameFor(TestCluster.PREFIX));
        await().atMost(PATIENCE).until(() -> !records.lostPartitions().isEmpty());
        cluster.start(2);
        // Nobody else is waited for: Ignite would take the copies of whoever joins last.
        await().atMost(PATIENCE).until(() -> records.lostPartitions().isEmpty());
        cluster.start(1);
        for (String key : keys) {
            ReadResult read = await().atMost(TIMEOUT)
                    .until(
                            () -> get(backend.get(key, ReadMode.STRONG, TIMEOUT)),
                            result -> result instanceof ReadResult.Found);
            assertThat(((ReadResult.Found) read).version()).as(key).isEqualTo(versions.get(key));
        }
    }

    /** One key, incremented with what is known about every attempt. */
    private static final class Counter {
        private final Backend backend;
        private final String key;
        private volatile long acknowledged;
        private volatile long unknown;

        Counter(Backend backend, String key) {
            this.backend = backend;
            this.key = key;
            stored(backend.create(key, bytes("0"), TIMEOUT));
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        void incrementWhile(AtomicBoolean running) {
            while (running.get()) {
                if (get(backend.get(key, ReadMode.STRONG, TIMEOUT)) instanceof ReadResult.Found now) {
                    byte[] next = bytes(Long.toString(number(now) + 1));
                    WriteResult result = get(backend.replace(key, next, now.version(), TIMEOUT));
                    if (result instanceof WriteResult.Stored) {
                        acknowledged++;
                    } else if (result instanceof WriteResult.Unknown) {
                        unknown++;
                    }
                }
            }
        }

        long total() {
            return number((ReadResult.Found) get(backend.get(key, ReadMode.STRONG, TIMEOUT)));
        }

        private static long number(ReadResult.Found found) {
            return Long.parseLong(new String(found.record(), StandardCharsets.UTF_8));
        }
    }

    private static void awaitProgress(List<Counter> counters) {
        List<Long> targets = new ArrayList<>();
        counters.forEach(counter -> targets.add(counter.acknowledged + 20));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> IntStream.range(0, targets.size())
                        .allMatch(i -> counters.get(i).acknowledged >= targets.get(i)));
    }

    private static Version stored(CompletionStage<WriteResult> write) {
        WriteResult result = get(write);
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).version();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

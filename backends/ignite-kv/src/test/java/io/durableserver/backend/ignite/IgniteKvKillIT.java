package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three JVMs with disks; two of them count up and are killed with {@code kill -9} in the middle of it. */
final class IgniteKvKillIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int COUNTERS = 8;

    private final TestCluster cluster = new TestCluster(true).start(0);

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void nothingAcknowledgedIsLostWhenProcessesAreKilled() throws IOException {
        Map<String, Long> acknowledged = new HashMap<>();
        try (CountersProcess first = CountersProcess.start(cluster, 1);
                CountersProcess second = CountersProcess.start(cluster, 2)) {
            await().atMost(PATIENCE)
                    .until(() -> cluster.any().cluster().forServers().nodes().size() == 3);
            cluster.activate();
            awaitProgress(first);
            awaitProgress(second);
            second.kill();
            collect(acknowledged, second);
            awaitProgress(first);
            try (CountersProcess again = CountersProcess.start(cluster, 2)) {
                awaitProgress(again);
                awaitFullCopies();
                first.kill();
                collect(acknowledged, first);
                awaitProgress(again);
                again.kill();
                collect(acknowledged, again);
            }
        }
        assertThat(acknowledged).hasSize(COUNTERS);
        // Two of three nodes are dead: nobody may answer. The records come back with the disks.
        Backend backend = cluster.open(0, CountersProcess.CONFIG);
        await().atMost(PATIENCE)
                .until(() -> read(backend, acknowledged.keySet().iterator().next()) instanceof ReadResult.Failed);
        cluster.start(1, 2);
        acknowledged.forEach((key, count) -> {
            ReadResult read =
                    await().atMost(PATIENCE).until(() -> read(backend, key), ReadResult.Found.class::isInstance);
            // The last one of a killed process may have been stored without an answer.
            assertThat(CountersProcess.number(read)).as(key).isBetween(count, count + 1);
        });
    }

    /** The next kill must not take the only copies of what the last one left. */
    private void awaitFullCopies() {
        String name = CountersProcess.CONFIG.cacheNameFor(TestCluster.PREFIX);
        await().atMost(PATIENCE)
                .until(() -> cluster.any().cache(name).metrics().getRebalancingPartitionsCount() == 0
                        && cluster
                                        .any()
                                        .<String>affinity(name)
                                        .mapPartitionsToNodes(
                                                IntStream.range(0, 32).boxed().toList())
                                        .values()
                                        .stream()
                                        .distinct()
                                        .count()
                                == 3);
    }

    private static void awaitProgress(CountersProcess process) {
        Map<String, Long> before = Map.copyOf(process.acknowledged());
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.alive()).isTrue();
            return process.acknowledged().size() == COUNTERS / 2
                    && process.acknowledged().entrySet().stream()
                            .allMatch(count -> count.getValue() >= before.getOrDefault(count.getKey(), 0L) + 20);
        });
    }

    private static void collect(Map<String, Long> all, CountersProcess process) {
        process.acknowledged().forEach((key, count) -> all.merge(key, count, Math::max));
    }

    private static ReadResult read(Backend backend, String key) {
        return backend.get(key, ReadMode.STRONG, Duration.ofSeconds(5))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}

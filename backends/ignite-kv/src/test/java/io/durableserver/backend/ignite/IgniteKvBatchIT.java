package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many writes at once travel together, and each still gets the answer it would have got alone. */
final class IgniteKvBatchIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int KEYS = 600;

    private final TestCluster cluster = new TestCluster(true).start(0, 1, 2).activate();

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void everyWriteOfACrowdGetsItsOwnAnswer() {
        Backend backend = cluster.backend(0, TestCluster.config().build());
        Map<String, Version> versions = createAll(backend);
        Version foreign = versions.get(key(0));
        List<CompletableFuture<WriteResult>> ends = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            Version own = Objects.requireNonNull(versions.get(key(i)));
            ends.add(end(
                    switch (i % 4) {
                        case 0 -> backend.replace(key(i), bytes(i + 1), own, TIMEOUT);
                        case 1 -> backend.create(key(i), bytes(7), TIMEOUT);
                        case 2 -> backend.delete(key(i), own, TIMEOUT);
                        default -> backend.replace(key(i), bytes(7), Objects.requireNonNull(foreign), TIMEOUT);
                    }));
        }
        for (int i = 0; i < KEYS; i++) {
            boolean applied = i % 4 == 0 || i % 4 == 2;
            assertThat(ends.get(i).join())
                    .as(key(i))
                    .isInstanceOf(applied ? WriteResult.Stored.class : WriteResult.Conflict.class);
            ReadResult read = read(backend, key(i));
            if (i % 4 == 2) {
                assertThat(read).isInstanceOf(ReadResult.Absent.class);
            } else {
                int expected = i % 4 == 0 ? i + 1 : i;
                assertThat(((ReadResult.Found) read).record()).as(key(i)).isEqualTo(bytes(expected));
            }
        }
    }

    @Test
    void aCrowdOfOneKeyHasOneWinner() {
        Backend backend = cluster.backend(0, TestCluster.config().build());
        List<CompletableFuture<WriteResult>> ends = IntStream.range(0, 200)
                .mapToObj(i -> end(backend.create("same", bytes(i), TIMEOUT)))
                .toList();
        assertThat(ends.stream().map(CompletableFuture::join))
                .filteredOn(WriteResult.Stored.class::isInstance)
                .hasSize(1);
    }

    @Test
    void crowdsOfTwoNodesOnTheSameKeysNeverBlockEachOther() {
        List<Backend> backends = List.of(
                cluster.backend(0, TestCluster.config().build()),
                cluster.backend(1, TestCluster.config().build()));
        for (int round = 0; round < 6; round++) {
            int start = round * KEYS;
            List<CompletableFuture<WriteResult>> ends = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                // One crowd upwards, one downwards.
                ends.add(end(backends.get(0).create(key(start + i), bytes(i), TIMEOUT)));
                ends.add(end(backends.get(1).create(key(start + KEYS - 1 - i), bytes(i), TIMEOUT)));
            }
            assertThat(ends.stream().map(CompletableFuture::join))
                    .filteredOn(WriteResult.Stored.class::isInstance)
                    .hasSize(KEYS);
        }
    }

    @Test
    void aLostPartitionFailsItsOwnKeysOnly() {
        Backend backend = cluster.backend(0, TestCluster.config().backups(0).build());
        Map<String, Version> versions = createAll(backend);
        cluster.stop(2);
        Map<String, CompletableFuture<WriteResult>> ends = new HashMap<>();
        versions.forEach((key, version) -> ends.put(key, end(backend.replace(key, bytes(1), version, TIMEOUT))));
        int stored = 0;
        for (String key : versions.keySet()) {
            WriteResult result = Objects.requireNonNull(ends.get(key)).join();
            if (read(backend, key) instanceof ReadResult.Found) {
                assertThat(result).as(key).isInstanceOf(WriteResult.Stored.class);
                stored++;
            } else {
                assertThat(result).as(key).isInstanceOf(WriteResult.NotApplied.class);
            }
        }
        assertThat(stored).isBetween(1, KEYS - 1);
    }

    @Test
    void withoutAQuorumNoWriteOfACrowdIsApplied() {
        Backend backend = cluster.backend(
                0, TestCluster.config().expectedNodes(3).backups(2).build());
        Map<String, Version> versions = createAll(backend);
        cluster.stop(1, 2);
        List<CompletableFuture<WriteResult>> ends = new ArrayList<>();
        versions.forEach((key, version) -> ends.add(end(backend.replace(key, bytes(1), version, TIMEOUT))));
        assertThat(ends.stream().map(CompletableFuture::join))
                .allSatisfy(result -> assertThat(result).isInstanceOf(WriteResult.NotApplied.class));
    }

    @Test
    void aClosedBackendRefusesWhatStillWaited() {
        Backend backend = cluster.backend(0, TestCluster.config().build());
        List<CompletableFuture<WriteResult>> ends = IntStream.range(0, 2_000)
                .mapToObj(i -> end(backend.create(key(i), bytes(i), TIMEOUT)))
                .toList();
        backend.close();
        Backend other = cluster.backend(1, TestCluster.config().build());
        for (int i = 0; i < ends.size(); i++) {
            WriteResult result = ends.get(i).join();
            assertThat(read(other, key(i)))
                    .as("%s %s", key(i), result)
                    .isInstanceOf(
                            result instanceof WriteResult.Stored ? ReadResult.Found.class : ReadResult.Absent.class);
        }
    }

    private static Map<String, Version> createAll(Backend backend) {
        Map<String, CompletableFuture<WriteResult>> ends = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            ends.put(key(i), end(backend.create(key(i), bytes(i), TIMEOUT)));
        }
        Map<String, Version> versions = new HashMap<>();
        ends.forEach((key, end) -> versions.put(key, ((WriteResult.Stored) end.join()).version()));
        return versions;
    }

    private static ReadResult read(Backend backend, String key) {
        return backend.get(key, ReadMode.STRONG, TIMEOUT)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static CompletableFuture<WriteResult> end(CompletionStage<WriteResult> write) {
        return write.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS);
    }

    private static String key(int number) {
        return TestCluster.PREFIX + "key-" + number;
    }

    private static byte[] bytes(int number) {
        return new byte[] {(byte) number, (byte) (number >> 8)};
    }
}

package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.NodeState.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of a node with persistent records fills up, from outside; and is full at the next start. */
@Timeout(240)
class DiskFullIT {
    private static final int PORT = 20_300;
    private static final Duration PATIENCE = CounterNodes.PATIENCE;
    private static final List<String> KEYS = List.of("a", "b", "c", "d");

    @TempDir
    private Path work;

    private final List<NodeState> states = new CopyOnWriteArrayList<>();
    private final long[] acknowledged = new long[KEYS.size()];
    private final long[] unknown = new long[KEYS.size()];

    private Path disk() {
        return work.resolve("disk");
    }

    private DurableIgnite start() {
        return DurableIgnite.start(CounterNodes.node(disk().resolve("work"), "n1", PORT, 0, 1)
                .walSegmentBytes(512 << 10)
                .servers(CounterNodes.counters(IgniteKvConfig.builder().backups(0)))
                .build());
    }

    /** What is certain is counted, and what is not as well. */
    private void add(DurableIgnite node, int key) {
        try {
            node.servers()
                    .ensureStarted(Counter.TYPE, KEYS.get(key), new Counter.State(0))
                    .call(new Counter.Increment(1));
            acknowledged[key]++;
        } catch (NotAppliedException refused) {
            assertThat(refused.reason()).isNotNull();
        } catch (DurableServerException doubtful) {
            unknown[key]++;
        }
    }

    private void nothingIsLost(DurableIgnite node) {
        for (int i = 0; i < KEYS.size(); i++) {
            String key = KEYS.get(i);
            long count = CounterNodes.call(node, key, new Counter.GetCount());
            assertThat(count).as(key).isBetween(acknowledged[i], acknowledged[i] + unknown[i]);
        }
    }

    private void runOutOfSpace(SmallDisk disk, DurableIgnite node) throws IOException {
        disk.fill();
        Awaitility.await("it is told")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    for (int i = 0; i < KEYS.size(); i++) {
                        add(node, i);
                    }
                    return node.state().trouble() == Trouble.DISK_FULL
                            && !node.state().ready();
                });
        Awaitility.await("what is to be done is told")
                .atMost(PATIENCE)
                .until(() -> node.state().cause().contains("is full"));
        assertThat(node.state().cause()).contains(disk().toString(), "make room of", "MiB");
        assertThat(node.state().phase()).isEqualTo(Phase.REJOINING);
        assertThat(node.servers().isReady()).isFalse();
        assertThatThrownBy(() -> node.servers()
                        .ensureStarted(Counter.TYPE, KEYS.get(0), new Counter.State(0))
                        .call(new Counter.GetCount()))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY));
    }

    @Test
    void theApplicationIsToldAndLivesAndTheNodeComesBackOnceThereIsRoom() throws IOException {
        assumeTrue(SmallDisk.possible(), "needs root on Linux, to mount a small file system: run it as root");
        try (SmallDisk disk = SmallDisk.mount(disk(), 128);
                DurableIgnite node = start()) {
            node.onStateChange(states::add);
            node.servers().awaitReady(PATIENCE);
            for (int i = 0; i < KEYS.size(); i++) {
                add(node, i);
            }
            runOutOfSpace(disk, node);
            assertThat(node.ended().toCompletableFuture()).isNotDone();

            disk.free();

            Awaitility.await("it serves again")
                    .atMost(PATIENCE)
                    .until(() -> node.state().phase() == Phase.SERVING);
            assertThat(node.state().trouble()).isEqualTo(Trouble.NONE);
            nothingIsLost(node);
            assertThat(states).anyMatch(state -> state.trouble() == Trouble.DISK_FULL);
        }
    }

    @Test
    void aStartOnAFullDiskSaysWhatToFreeAndNothingIsLost() throws IOException {
        assumeTrue(SmallDisk.possible(), "needs root on Linux, to mount a small file system: run it as root");
        try (SmallDisk disk = SmallDisk.mount(disk(), 128)) {
            DurableIgnite first = start();
            try {
                first.servers().awaitReady(PATIENCE);
                for (int i = 0; i < 100; i++) {
                    add(first, i % KEYS.size());
                }
                runOutOfSpace(disk, first);
            } finally {
                CounterNodes.close(first);
            }
            assertThatThrownBy(this::start).isInstanceOfSatisfying(ConfigurationException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
                assertThat(refused)
                        .hasMessageContaining("workDirectory")
                        .hasMessageContaining("is full")
                        .hasMessageContaining("make room of");
            });
            disk.free();
            try (DurableIgnite node = start()) {
                node.servers().awaitReady(PATIENCE);
                nothingIsLost(node);
            }
        }
    }
}

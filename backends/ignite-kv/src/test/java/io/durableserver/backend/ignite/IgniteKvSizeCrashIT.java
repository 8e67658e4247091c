package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever changes the number of expected nodes goes down, on real nodes, after each file that is written on the way. */
final class IgniteKvSizeCrashIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NODES = 3;
    private static final int FROM = 3;
    private static final int TO = 5;

    private final TestCluster cluster = new TestCluster(true);
    private final IgniteKvConfig config = TestCluster.config()
            .splitWrites(false)
            .backups(2)
            .expectedNodes(FROM)
            .build();
    private final Map<Integer, Backend> backends = new HashMap<>();

    private Backend first() {
        return Objects.requireNonNull(backends.get(1));
    }

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    /** One node after the other writes the step, and the node that asked for it, which wrote first, is gone then. */
    @Test
    void aChangeGoesOnFromWhereverItEnded() {
        cluster.start(0, 1, 2).activate();
        IntStream.range(0, NODES).forEach(this::open);
        Version version = stored(first().create("key", new byte[1], TIMEOUT));
        for (int half = 0; half < 2; half++) {
            for (int wrote = 1; wrote <= NODES; wrote++) {
                ClusterSize now = newest();
                ClusterSize next = half == 0 ? now.towards(TO) : now.done();
                for (int node = 0; node < wrote; node++) {
                    write(node, now, next);
                }
                // The others go by what they know: of the old number alone two nodes are a quorum.
                version = goesDown(version, half == 0 && wrote == 1);
                assertThat(newest())
                        .as("it was on the disk of the node that is back")
                        .isEqualTo(next);
                version = replaced(version);
                if (wrote < NODES) {
                    takeBack(half, now);
                }
            }
        }
        assertThat(IgniteKv.expectedNodes(cluster.node(1), TestCluster.PREFIX, config))
                .hasValue(TO);
        IgniteKv.changeExpectedNodes(cluster.node(1), TestCluster.PREFIX, config, TO, FROM);
        replaced(version);
    }

    /** All are gone after any of the writes, and the next call goes on. */
    @Test
    void aChangeGoesOnAfterAllNodesAreGone() {
        cluster.start(0, 1, 2).activate();
        IntStream.range(0, NODES).forEach(this::open);
        Version version = stored(first().create("key", new byte[1], TIMEOUT));
        ClusterSize first = newest();
        write(2, first, first.towards(TO));
        cluster.stopAll();
        cluster.start(0, 1, 2);
        IntStream.range(0, NODES).forEach(this::open);
        assertThat(newest()).isEqualTo(first.towards(TO));
        IgniteKv.changeExpectedNodes(cluster.node(0), TestCluster.PREFIX, config, FROM, TO);
        assertThat(IgniteKv.expectedNodes(cluster.node(1), TestCluster.PREFIX, config))
                .hasValue(TO);
        replaced(version);
    }

    private void open(int number) {
        backends.put(number, cluster.backend(number, config));
    }

    private Version goesDown(Version version, boolean serves) {
        cluster.stop(0);
        await().atMost(PATIENCE)
                .until(() -> cluster.node(1).cluster().forServers().nodes().size() == NODES - 1);
        Version last = version;
        if (serves) {
            last = replaced(version);
        } else {
            assertThat(end(first().replace("key", new byte[2], version, TIMEOUT)))
                    .as("two of five")
                    .isInstanceOf(WriteResult.NotApplied.class);
        }
        cluster.start(0);
        open(0);
        return last;
    }

    /** So that the next round begins where this one did. */
    private void takeBack(int half, ClusterSize before) {
        IgniteKv.changeExpectedNodes(
                cluster.node(1), TestCluster.PREFIX, config, half == 0 ? FROM : TO, half == 0 ? FROM : TO);
        if (half == 1) {
            IgniteKv.changeExpectedNodes(cluster.node(1), TestCluster.PREFIX, config, TO, FROM);
            ClusterSize now = newest();
            for (int node = 0; node < NODES; node++) {
                write(node, now, now.towards(TO));
            }
        }
        assertThat(newest().pending()).isEqualTo(before.pending());
    }

    /** As one node does it that is asked. */
    private void write(int node, ClusterSize now, ClusterSize next) {
        String cacheName = config.cacheNameFor(TestCluster.PREFIX);
        List<String> answer = cluster.node(node)
                .compute(cluster.node(node).cluster().forLocal())
                .call(SizeTask.swap(cacheName, now, next));
        assertThat(ClusterSize.parse(answer.subList(1, answer.size()))).isEqualTo(next);
    }

    private ClusterSize newest() {
        return ClusterSize.newest(
                        ClusterSizes.ask(cluster.node(1), SizeTask.read(config.cacheNameFor(TestCluster.PREFIX)))
                                .values()
                                .stream()
                                .flatMap(Optional::stream)
                                .toList())
                .orElseThrow();
    }

    /** What was acknowledged last is there, and is replaced. */
    private Version replaced(Version version) {
        ReadResult.Found found = (ReadResult.Found) await().atMost(PATIENCE)
                .until(() -> end(first().get("key", ReadMode.STRONG, TIMEOUT)), ReadResult.Found.class::isInstance);
        assertThat(found.version()).isEqualTo(version);
        return ((WriteResult.Stored) await().atMost(PATIENCE)
                        .until(
                                () -> end(first().replace("key", new byte[1], version, TIMEOUT)),
                                WriteResult.Stored.class::isInstance))
                .version();
    }

    private static Version stored(CompletionStage<WriteResult> write) {
        return ((WriteResult.Stored) end(write)).version();
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

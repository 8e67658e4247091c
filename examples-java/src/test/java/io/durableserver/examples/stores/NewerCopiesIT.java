package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServersConfig;
import io.durableserver.LeaseConfig;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.ignite.cluster.ClusterState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node was away while the others acknowledged writes; the application is told for which node its cluster waits. */
@Timeout(240)
class NewerCopiesIT {
    private static final int PORT = 24_700;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int KEYS = 10;

    @TempDir
    private Path work;

    private final Map<String, DurableIgnite> nodes = new HashMap<>();

    @AfterEach
    void close() {
        nodes.values().forEach(NewerCopiesIT::stop);
    }

    private DurableIgnite start(String name) {
        int port = PORT + name.charAt(0) - 'a';
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(port)
                .portRange(0)
                .communicationPort(port + 50)
                .peers("127.0.0.1:" + PORT, "127.0.0.1:" + (PORT + 1), "127.0.0.1:" + (PORT + 2))
                .memoryBytes(32L << 20)
                .persistence(true)
                .persistentMemoryBytes(32L << 20)
                .walSegmentBytes(1 << 20)
                .activateWhen(3)
                .failureDetection(Duration.ofSeconds(5))
                .servers(DurableServersConfig.builder()
                        .prefix("counters/")
                        .type(Counter.TYPE)
                        .lease(new LeaseConfig(Duration.ofSeconds(3), Duration.ofMillis(500), Duration.ofMillis(750)))
                        .backend(IgniteKv.backend(IgniteKvConfig.builder()
                                .expectedNodes(3)
                                .partitions(8)
                                .maxRecordBytes(64 << 10)
                                .build()))
                        .build())
                .build());
        nodes.put(name, node);
        return node;
    }

    /** The last one of a cluster with a quorum cannot store that its servers stopped; what they acknowledged is stored. */
    private static void stop(DurableIgnite node) {
        try {
            node.close();
        } catch (NotAppliedException last) {
            assertThat(last.reason()).isEqualTo(NotAppliedException.Reason.NOT_STORED);
        }
    }

    private void stop(String name) {
        stop(Objects.requireNonNull(nodes.remove(name)));
    }

    private static long call(DurableIgnite node, int key, Call<Long> message) {
        return Awaitility.await("key-" + key)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DurableServerException.class)
                .until(
                        () -> node.servers()
                                .ensureStarted(Counter.TYPE, "key-" + key, new Counter.State(0))
                                .call(message),
                        count -> true);
    }

    @Test
    void theStateOfANodeNamesTheNodeWithTheNewerCopies() {
        DurableIgnite a = start("a");
        start("b");
        start("c").servers().awaitReady(PATIENCE);
        for (int key = 0; key < KEYS; key++) {
            call(a, key, new Counter.Increment(1));
        }
        stop("c");
        long[] counts = new long[KEYS];
        for (int key = 0; key < KEYS; key++) {
            counts[key] = call(a, key, new Counter.Increment(1));
        }
        stop("b");
        stop("a");

        start("c");
        DurableIgnite again = start("a");
        again.ignite().cluster().state(ClusterState.ACTIVE);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(again.state().cause()).contains("[b]", "acceptLoss"));
        assertThat(again.servers().isReady()).isFalse();

        start("b");
        again.servers().awaitReady(PATIENCE);
        for (int key = 0; key < KEYS; key++) {
            assertThat(call(again, key, new Counter.GetCount()))
                    .as("key-%s", key)
                    .isEqualTo(counts[key]);
        }
    }
}

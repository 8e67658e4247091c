package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
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
    private static final Duration PATIENCE = CounterNodes.PATIENCE;
    private static final int KEYS = 10;

    @TempDir
    private Path work;

    private final Map<String, DurableIgnite> nodes = new HashMap<>();

    @AfterEach
    void close() {
        nodes.values().forEach(CounterNodes::close);
    }

    private DurableIgnite start(String name) {
        DurableIgnite node =
                DurableIgnite.start(CounterNodes.node(work.resolve(name), name, PORT, name.charAt(0) - 'a', 3)
                        .activateWhen(3)
                        .failureDetection(Duration.ofSeconds(5))
                        .servers(CounterNodes.counters(IgniteKvConfig.builder().expectedNodes(3)))
                        .build());
        nodes.put(name, node);
        return node;
    }

    private void stop(String name) {
        CounterNodes.close(Objects.requireNonNull(nodes.remove(name)));
    }

    private static long call(DurableIgnite node, int key, Call<Long> message) {
        return CounterNodes.call(node, "key-" + key, message);
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

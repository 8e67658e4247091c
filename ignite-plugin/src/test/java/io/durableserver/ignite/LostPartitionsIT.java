package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.SharedMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More nodes are killed at once than the caches in memory have backups. */
@Timeout(180)
class LostPartitionsIT {
    private static final List<String> KEYS =
            IntStream.range(0, 200).mapToObj(i -> "key" + i).toList();

    private final TestCluster cluster = new TestCluster(21_300);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean answers(SharedMap map, String key, String value) {
        try {
            TestCluster.get(map.putIfAbsent(key, text(value)));
            return TestCluster.get(map.get(key)).isPresent() && map.owner(key) != null;
        } catch (MapUnavailableException refused) {
            return false;
        }
    }

    private static String value(SharedMap map, String key) {
        return new String(TestCluster.get(map.get(key)).orElseThrow(), StandardCharsets.UTF_8);
    }

    /**
     * Without persistence at once, with it when a node of the baseline is back that may hold them; Ignite gives partitions to
     * no other. The parameter is how many nodes the baseline needs; 0 for a cluster without persistence.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void whatIsLostWithTwoOfThreeNodesIsOpenedAgainEmptyAndTold(int persistent) {
        cluster.persistent(persistent);
        try (ChildJvm b = ChildNode.start(cluster, "b");
                ChildJvm c = ChildNode.start(cluster, "c")) {
            cluster.start("a");
            awaitNodes(3);
            Cluster here = cluster.cluster("a");
            SharedMap map = here.map(StandInRuntime.DIRECTORY);
            TestCluster.await("all keys", () -> KEYS.stream().allMatch(key -> answers(map, key, "before")));
            AtomicInteger told = new AtomicInteger();
            map.onLoss(told::incrementAndGet);

            b.kill();
            c.kill();
            awaitNodes(1);
            if (persistent == 0) {
                TestCluster.await("all keys alone", () -> KEYS.stream().allMatch(key -> answers(map, key, "after")));
            } else {
                TestCluster.await("lost", () -> KEYS.stream().anyMatch(key -> !answers(map, key, "after")));
            }

            try (ChildJvm again = ChildNode.start(cluster, "b")) {
                awaitNodes(2);
                TestCluster.await("all keys", () -> KEYS.stream().allMatch(key -> answers(map, key, "after")));
                TestCluster.await("the loss is told", () -> told.get() > 0);
                assertThat(KEYS.stream().map(key -> value(map, key))).contains("before", "after");
                here.states().publish(text("row"));
                TestCluster.await(
                        "its row",
                        () -> here.states().rows().containsKey(here.membership().self()));
                assertThat(again.process().isAlive()).isTrue();
            }
        }
    }

    /** JVMs need their time on a busy machine. */
    private void awaitNodes(int count) {
        Awaitility.await(count + " nodes")
                .atMost(Duration.ofSeconds(90))
                .until(() -> cluster.node("a").ignite().cluster().nodes().size() == count);
    }
}

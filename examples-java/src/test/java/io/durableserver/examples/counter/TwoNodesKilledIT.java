package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More nodes die at once than the directory has copies, in a cluster that keeps its records on its own disks. */
@Timeout(480)
class TwoNodesKilledIT {
    private static final Path JVM_OPTIONS = Path.of("..", "ignite-plugin", "jvm.opts");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> KEYS =
            IntStream.range(0, 24).mapToObj(i -> "key-" + i).toList();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void allKeysServeAgainByThemselvesOnEveryNode() {
        ScenarioOptions options = ScenarioOptions.parse(
                "--heap",
                "256m",
                "--failure-detection-ms",
                "5000",
                "--jvm-options",
                JVM_OPTIONS.toAbsolutePath().toString());
        try (LocalCluster cluster = new LocalCluster(options, Map.of(), directory, new Ledger())) {
            cluster.startAll();
            KEYS.forEach(key -> acknowledged(cluster.node("counter-2"), key, 1));
            cluster.kill("counter-1");
            cluster.kill("counter-3");
            // Both: what the survivor had not copied yet is on their disks, and opens again when all are back.
            cluster.start("counter-1", "counter-3");
            long count = 1;
            for (String name : LocalCluster.NAMES) {
                count++;
                for (String key : KEYS) {
                    acknowledged(cluster.node(name), key, count);
                }
            }
        }
    }

    /** What was not applied is sent again; what is unknown may have been. Nothing acknowledged is lost. */
    private static void acknowledged(NodeProcess node, String key, long least) {
        String answer = Awaitility.await(key + " on " + node.name())
                .atMost(PATIENCE)
                .until(() -> node.ask("increment " + key, PATIENCE), said -> said.startsWith("acknowledged"));
        assertThat(Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1)))
                .as(key)
                .isGreaterThanOrEqualTo(least);
    }
}

package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Slips of configuration that used to be found minutes later fail the start, and say what to change. */
@Timeout(60)
class StartChecksIT {
    private static final int PORT = 20_700;

    @TempDir
    private Path work;

    private void refused(IgniteKvConfig store, UnaryOperator<EmbeddedNode.Builder> settings, String... texts) {
        EmbeddedNode.Builder node = EmbeddedNode.builder()
                .name("slip")
                .workDirectory(work)
                .discoveryPort(PORT)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .servers(DurableServersConfig.builder()
                        .prefix("shop/")
                        .type(Counter.TYPE)
                        .backend(IgniteKv.backend(store))
                        .build());
        assertThatThrownBy(
                        () -> DurableIgnite.start(settings.apply(node).build()).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(texts);
    }

    @Test
    void storeOnDiskOnANodeWithoutPersistence() {
        refused(IgniteKvConfig.defaults(), node -> node, "durable-servers", "one of [default]", "persistence(true)");
    }

    @Test
    void storeInMemoryInARegionThatIsNotThere() {
        refused(
                IgniteKvConfig.builder().inMemory(true).build(),
                node -> node,
                "durable-servers",
                "one of [default]",
                "dataRegion(\"default\")");
    }

    @Test
    void logSegmentsTooSmallForTheRecords() {
        refused(
                IgniteKvConfig.defaults(),
                node -> node.persistence(true).walSegmentBytes(16 << 20),
                "igniteKv.maxRecordBytes",
                "walSegmentBytes (16777216)");
    }
}

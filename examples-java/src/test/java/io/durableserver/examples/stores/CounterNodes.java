package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Small embedded nodes with counters on Ignite KV, as the tests of this package break them. */
final class CounterNodes {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private CounterNodes() {}

    /**
     * A node of a cluster of so many on the ports from the first one on.
     *
     * @param number of the node, from 0
     */
    static EmbeddedNode.Builder node(Path work, String name, int firstPort, int number, int nodes) {
        return EmbeddedNode.builder()
                .name(name)
                .workDirectory(work)
                .discoveryPort(firstPort + number)
                .portRange(0)
                .communicationPort(firstPort + number + 50)
                .peers(IntStream.range(0, nodes)
                        .mapToObj(peer -> "127.0.0.1:" + (firstPort + peer))
                        .toArray(String[]::new))
                .memoryBytes(32L << 20)
                .persistence(true)
                .persistentMemoryBytes(32L << 20)
                .walSegmentBytes(1 << 20);
    }

    static DurableServersConfig counters(IgniteKvConfig.Builder store) {
        return DurableServersConfig.builder()
                .prefix("counters/")
                .type(Counter.TYPE)
                .lease(LeaseConfig.builder()
                        .time(Duration.ofSeconds(3))
                        .renewEvery(Duration.ofMillis(500))
                        .margin(Duration.ofMillis(750))
                        .build())
                .backend(IgniteKv.backend(
                        store.partitions(8).maxRecordBytes(64 << 10).build()))
                .build();
    }

    /** Calls until there is an answer. */
    static long call(DurableIgnite node, String key, Call<Long> message) {
        return Awaitility.await(key)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DurableServerException.class)
                .until(
                        () -> node.servers()
                                .ensureStarted(Counter.TYPE, key, new Counter.State(0))
                                .call(message),
                        count -> true);
    }

    /** What was acknowledged is stored; that a server stopped, or what was not acknowledged, may not be: that is told. */
    static void close(DurableIgnite node) {
        try {
            node.close();
        } catch (NotAppliedException unsaved) {
            assertThat(unsaved.reason()).isEqualTo(NotAppliedException.Reason.NOT_STORED);
        }
    }
}

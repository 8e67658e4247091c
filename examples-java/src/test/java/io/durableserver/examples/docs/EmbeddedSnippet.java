package io.durableserver.examples.docs;

import io.durableserver.ServerRef;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import java.nio.file.Path;
import java.time.Duration;

/** The embedded start on the page about configuration. */
final class EmbeddedSnippet {
    private EmbeddedSnippet() {}

    static long run(Path work) {
        // readme: embedded
        DurableServersConfig counters = DurableServersConfig.builder()
                .prefix("counters/")
                .type(Counter.TYPE)
                .backend(IgniteKv.backend(
                        IgniteKvConfig.builder().expectedNodes(3).build()))
                .build();

        EmbeddedNode node = EmbeddedNode.builder()
                .name("node-1") // unique in the cluster, the same after each restart
                .workDirectory(work)
                .peers("127.0.0.1:47500..47520")
                .persistence(true)
                .activateWhen(3) // the first activation waits for three nodes
                .servers(counters)
                .build();

        try (DurableIgnite ignite = DurableIgnite.start(node)) {
            ignite.servers().awaitReady(Duration.ofMinutes(2));
            ServerRef counter = ignite.servers().ensureStarted(Counter.TYPE, "user_123", new Counter.State(0));
            return counter.call(new Counter.Increment(1));
        } // close() stores every server's state, then leaves the cluster
        // readme: end
    }
}

package io.durableserver.benchmarks.node;

import io.durableserver.DurableServers;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.BackendFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.ignite.Ignite;
import org.apache.ignite.configuration.WALMode;

/** A node on Ignite, in the driver's JVM or in a child's. */
public final class GridNode implements AutoCloseable {
    /** Where records are kept. */
    public enum Store {
        /** Records in this node's heap; no other one sees them. */
        HEAP,
        /** In a persistent Ignite cache with one backup, log mode {@code LOG_ONLY}. */
        IGNITE_KV,
        /** The same with log mode {@code FSYNC}. */
        IGNITE_KV_FSYNC
    }

    /** The cache of the records, unless they are in the heap. */
    public static final String RECORDS = "bench-records";

    private final DurableIgnite node;

    private GridNode(DurableIgnite node) {
        this.node = node;
    }

    /** Starts a node; {@code ports} are discovery and communication of the first node, then of the second, and so on. */
    static GridNode start(int index, List<Integer> ports, Path work, Store store, int nodes) {
        BackendFactory factory = store == Store.HEAP
                ? context -> new MemoryBackend()
                : IgniteKv.backend(IgniteKvConfig.builder()
                        .cacheName(RECORDS)
                        .splitWrites(true)
                        .build());
        DurableServersConfig servers = DurableServersConfig.builder()
                .prefix("bench/")
                .type(Counter.TYPE)
                .backend(factory)
                .build();
        String[] peers = new String[nodes];
        for (int i = 0; i < nodes; i++) {
            peers[i] = "127.0.0.1:" + ports.get(2 * i);
        }
        EmbeddedNode settings = EmbeddedNode.builder()
                .name("node-" + index)
                .workDirectory(work)
                .discoveryPort(ports.get(2 * index))
                .communicationPort(ports.get(2 * index + 1))
                .portRange(0)
                .peers(peers)
                .persistence(store != Store.HEAP)
                .walMode(store == Store.IGNITE_KV_FSYNC ? WALMode.FSYNC : WALMode.LOG_ONLY)
                .activateWhen(nodes)
                .servers(servers)
                .build();
        return new GridNode(DurableIgnite.start(settings));
    }

    /** Ports for this many nodes. */
    static List<Integer> ports(int nodes) throws IOException {
        return Ports.free(2 * nodes);
    }

    void awaitReady() {
        servers().awaitReady(Duration.ofSeconds(60));
    }

    public DurableServers servers() {
        return node.servers();
    }

    public Ignite ignite() {
        return node.ignite();
    }

    @Override
    public void close() {
        node.close();
    }
}

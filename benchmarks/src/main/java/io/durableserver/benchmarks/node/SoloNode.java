package io.durableserver.benchmarks.node;

import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One node alone in this JVM, with a store in memory: the runtime and nothing else. */
public final class SoloNode implements AutoCloseable {
    private final Scheduler scheduler;
    private final MemoryBackend store = new MemoryBackend();
    private final SoloMap directory;
    private final DurableNode node;

    /** A node with these types as well. */
    public SoloNode(ServerType<?>... more) {
        this(null, JdkScheduler.create("bench"), more);
    }

    /** A node with this store instead; null for the one in memory. */
    public SoloNode(@Nullable BackendFactory other) {
        this(other, JdkScheduler.create("bench"));
    }

    /** A node with these threads, which it closes. */
    public SoloNode(@Nullable BackendFactory other, Scheduler threads) {
        this(other, threads, new ServerType<?>[0]);
    }

    private SoloNode(@Nullable BackendFactory other, Scheduler threads, ServerType<?>... more) {
        scheduler = threads;
        SoloCluster solo = new SoloCluster();
        directory = new SoloMap(solo.self());
        DurableServersConfig.Builder config = DurableServersConfig.builder()
                .prefix("bench/")
                .type(Counter.TYPE)
                .type(Counter.IN_PLACE)
                .backend(other == null ? context -> store : other);
        for (ServerType<?> type : more) {
            config.type(type);
        }
        node = DurableNode.start(
                config.build(),
                Cluster.of(solo, solo, spec -> directory, solo, scheduler, new JdkTime()),
                type -> Optional.empty());
        node.awaitReady(Duration.ofSeconds(20));
    }

    public DurableServers servers() {
        return node;
    }

    /** Starts counters named by their number. */
    public ServerRef[] counters(int count) {
        return counters(Counter.TYPE, "counter-", count);
    }

    /** Starts counters that run on their callers' threads, named by their number. */
    public ServerRef[] countersInPlace(int count) {
        return counters(Counter.IN_PLACE, "in-place-", count);
    }

    /** Starts counters of a type, named by its name and their number. */
    public ServerRef[] counters(ServerType<Counter.State> type, int count) {
        return counters(type, type.name() + "-", count);
    }

    private ServerRef[] counters(ServerType<Counter.State> type, String name, int count) {
        ServerRef[] refs = new ServerRef[count];
        for (int i = 0; i < count; i++) {
            refs[i] = node.ensureStarted(type, name + i, new Counter.State(0));
        }
        return refs;
    }

    /** Drops the records; the servers go on as long as they do not write. */
    public void forgetRecords() {
        store.forgetServers();
    }

    /** Drops the directory rows; the servers go on as long as they are not looked for. */
    public void forgetDirectory() {
        directory.clear();
    }

    @Override
    public void close() {
        node.close();
        scheduler.close();
    }
}

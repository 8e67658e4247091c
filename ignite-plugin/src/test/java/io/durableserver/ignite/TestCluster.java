package io.durableserver.ignite;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.host.NodeHost;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.internal.util.typedef.internal.U;
import org.apache.ignite.plugin.PluginProvider;
import org.awaitility.Awaitility;

/** Real Ignite nodes in this JVM, without a runtime: what the plugin offers to one is tested directly. */
public final class TestCluster implements AutoCloseable {
    public static final String PREFIX = "test/";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PORTS = 8;

    final int firstPort;
    final Path work;
    int persistent;
    private final Map<String, DurableIgnite> nodes = new LinkedHashMap<>();
    private final Map<String, StandInRuntime> runtimes = new LinkedHashMap<>();

    /** Each test class has its own port, so that clusters never meet. */
    public TestCluster(int firstPort) {
        this(firstPort, newDirectory());
    }

    /** Nodes that work in a directory of somebody else, who may be another process. */
    TestCluster(int firstPort, Path work) {
        this.firstPort = firstPort;
        this.work = work;
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("durable-ignite-test");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static DurableServersConfig config(String prefix) {
        return DurableServersConfig.builder()
                .prefix(prefix)
                .backend(context -> {
                    throw new UnsupportedOperationException();
                })
                .build();
    }

    /** Nodes keep what they have on disk, and the cluster is first activated with this many; 0 for a cluster in memory. */
    TestCluster persistent(int activateWhen) {
        persistent = activateWhen;
        return this;
    }

    public EmbeddedNode.Builder settings(String name) {
        return EmbeddedNode.builder()
                .name(name + "-" + firstPort)
                .persistence(persistent > 0)
                .activateWhen(Math.max(1, persistent))
                .walSegmentBytes(4 << 20)
                .persistentMemoryBytes(64L << 20)
                .workDirectory(work.resolve(name))
                .discoveryPort(firstPort)
                .portRange(PORTS)
                .communicationPort(firstPort + 50)
                .memoryBytes(64L << 20)
                .failureDetection(Duration.ofSeconds(3));
    }

    DurableIgnite start(String name) {
        return start(name, settings(name).servers(config(PREFIX)).build());
    }

    public DurableIgnite start(String name, EmbeddedNode settings) {
        StandInRuntime runtime = new StandInRuntime();
        DurableIgnite node = DurableIgnite.start(settings, runtime);
        nodes.put(name, node);
        runtimes.put(name, runtime);
        return node;
    }

    /** What Ignite is started with by an embedded node. */
    static IgniteConfiguration configuration(EmbeddedNode settings, PluginProvider<?> plugin) {
        return EmbeddedConfiguration.of(settings, plugin, EmbeddedConfiguration.addresses(settings), 0);
    }

    /** The way of Ignite to a host, as a node of an application has it. */
    public static PluginProvider<?> door(NodeHost host) {
        return new DurableServerPluginProvider(host);
    }

    /** Starts nodes and waits until each has its runtime and sees all others. */
    List<Cluster> start(String... names) {
        for (String name : names) {
            start(name);
        }
        List<Cluster> clusters = new ArrayList<>();
        for (String name : names) {
            clusters.add(cluster(name));
        }
        await(
                "all nodes see each other",
                () -> clusters.stream()
                        .allMatch(cluster ->
                                cluster.membership().view().sessions().size() == nodes.size()));
        return clusters;
    }

    Cluster cluster(String name) {
        Map<String, Cluster> clusters = runtime(name).clusters;
        await("runtime of " + name, () -> clusters.containsKey(PREFIX));
        return Objects.requireNonNull(clusters.get(PREFIX));
    }

    StandInRuntime runtime(String name) {
        return Objects.requireNonNull(runtimes.get(name), name);
    }

    /** What a node told of one kind. */
    public <E extends RuntimeEvent> List<E> told(String name, Class<E> kind) {
        return runtime(name).told(kind);
    }

    public DurableIgnite node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    public void stop(String name) {
        node(name).close();
        nodes.remove(name);
    }

    static Session self(Cluster cluster) {
        return cluster.membership().self();
    }

    static Session strange() {
        return new Session("nobody", UUID.randomUUID().toString());
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    @Override
    public void close() {
        try {
            List.copyOf(nodes.keySet()).forEach(this::stop);
        } finally {
            U.delete(work);
        }
    }
}

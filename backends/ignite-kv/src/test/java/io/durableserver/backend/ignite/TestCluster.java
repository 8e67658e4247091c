package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.StoreEvent;
import io.durableserver.testkit.backend.StoreContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.internal.util.typedef.internal.U;
import org.apache.ignite.logger.slf4j.Slf4jLogger;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/** Real Ignite nodes in this JVM, on ports and directories of their own. */
final class TestCluster implements AutoCloseable {
    /** Clusters of test classes that run beside this one, in another JVM, have other ports. */
    private static final AtomicInteger CLUSTERS =
            new AtomicInteger(220 * (Integer.getInteger("durableserver.test.fork", 1) - 1));

    static final String PREFIX = "test/";

    private static final int PORTS = 10;

    private final int id = CLUSTERS.getAndIncrement();
    private final Path directory;
    private final boolean persistent;
    private final Queue<StoreEvent> told = new ConcurrentLinkedQueue<>();
    private final StoreContext context = StoreContext.real(PREFIX).telling(told::add);
    private final NavigableMap<Integer, Ignite> nodes = new TreeMap<>();
    private IgniteKvConfig joining = config().build();

    TestCluster(boolean persistent) {
        this.persistent = persistent;
        try {
            this.directory = Files.createTempDirectory("durable-kv-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static IgniteKvStorage storage(Path directory) {
        return IgniteKvStorage.builder()
                .initialBytes(32L << 20)
                .maxBytes(128L << 20)
                .walSegmentBytes(16 << 20)
                .directory(directory)
                .build();
    }

    /** Small enough for the log segments of {@link #storage}. */
    static IgniteKvConfig.Builder config() {
        return IgniteKvConfig.builder().maxRecordBytes(4 << 20).partitions(32).splitWrites(true);
    }

    /** What nodes that start from now on say of themselves when they join. */
    TestCluster joinAs(IgniteKvConfig config) {
        joining = config;
        return this;
    }

    TestCluster start(int... numbers) {
        for (int number : numbers) {
            nodes.put(number, Ignition.start(configuration(number)));
        }
        return this;
    }

    TestCluster activate() {
        // The baseline is who the asked node has heard of; nodes of other processes are there as well.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> any().cluster().forServers().nodes().size() >= nodes.size());
        any().cluster().state(ClusterState.ACTIVE);
        return this;
    }

    Ignite node(int number) {
        return Optional.ofNullable(nodes.get(number)).orElseThrow();
    }

    Ignite any() {
        return nodes.firstEntry().getValue();
    }

    void stop(int... numbers) {
        for (int number : numbers) {
            Optional.ofNullable(nodes.remove(number)).ifPresent(node -> Ignition.stop(node.name(), true));
        }
    }

    void stopAll() {
        List.copyOf(nodes.keySet()).forEach(number -> stop(number));
    }

    /** A ready backend on a node. */
    Backend backend(int number, IgniteKvConfig config) {
        Backend backend = open(number, config);
        backend.ready().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        return backend;
    }

    Backend open(int number, IgniteKvConfig config) {
        return IgniteKv.backend(config).open(context.withResource(node(number)));
    }

    /** What the backends of all nodes have told, of one kind. */
    <E extends StoreEvent> List<E> told(Class<E> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Waits until a fact of a kind was told. */
    <E extends StoreEvent> E awaitTold(Class<E> kind) {
        await(kind.getSimpleName())
                .atMost(Duration.ofSeconds(30))
                .until(() -> !told(kind).isEmpty());
        return told(kind).get(0);
    }

    /** A node that is no Ignite node. */
    StoreContext context() {
        return context;
    }

    @Override
    public void close() {
        stopAll();
        context.close();
        assertThat(U.delete(directory)).isTrue();
    }

    int id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    /** What a node has on its disk is gone; it must not run. */
    void wipe(int number) {
        assertThat(nodes).doesNotContainKey(number);
        assertThat(U.delete(directory.resolve("store-" + number))).isTrue();
        assertThat(U.delete(directory.resolve("work-" + number))).isTrue();
    }

    private IgniteConfiguration configuration(int number) {
        return configuration(id, number, directory, persistent, joining);
    }

    /** A node of the cluster with this id, in this JVM or another. */
    static IgniteConfiguration configuration(int id, int number, Path directory, boolean persistent) {
        return configuration(id, number, directory, persistent, config().build());
    }

    private static IgniteConfiguration configuration(
            int id, int number, Path directory, boolean persistent, IgniteKvConfig joining) {
        int discovery = 23_500 + id * 2 * PORTS;
        String name = "kv-" + id + "-" + number;
        return new IgniteConfiguration()
                .setIgniteInstanceName(name)
                .setConsistentId(name)
                .setWorkDirectory(directory.resolve("work-" + number).toString())
                .setGridLogger(new Slf4jLogger())
                .setMetricsLogFrequency(0)
                .setFailureHandler(new StopNodeFailureHandler())
                .setPluginProviders(new JoiningPlugin(IgniteKv.backend(joining)))
                .setClientConnectorConfiguration(null)
                .setConnectorConfiguration(null)
                .setLocalHost("127.0.0.1")
                .setFailureDetectionTimeout(Duration.ofSeconds(5).toMillis())
                .setDiscoverySpi(new TcpDiscoverySpi()
                        .setLocalPort(discovery)
                        .setLocalPortRange(PORTS - 1)
                        .setIpFinder(new TcpDiscoveryVmIpFinder()
                                .setAddresses(List.of("127.0.0.1:" + discovery + ".." + (discovery + PORTS - 1)))))
                .setCommunicationSpi(new TcpCommunicationSpi()
                        .setLocalPort(discovery + PORTS)
                        .setLocalPortRange(PORTS - 1)
                        .setMessageQueueLimit(4_096))
                .setDataStorageConfiguration(
                        persistent
                                ? IgniteKv.persistentStorage(storage(directory.resolve("store-" + number)))
                                : memory());
    }

    private static DataStorageConfiguration memory() {
        DataStorageConfiguration storage = new DataStorageConfiguration();
        storage.getDefaultDataRegionConfiguration().setInitialSize(32L << 20).setMaxSize(128L << 20);
        return storage;
    }
}

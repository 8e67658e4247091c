package io.durableserver.ignite.start;

import io.durableserver.ignite.EmbeddedNode;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.apache.ignite.IgniteLogger;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.failure.NoOpFailureHandler;
import org.apache.ignite.plugin.PluginProvider;
import org.apache.ignite.plugin.segmentation.SegmentationPolicy;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;
import org.slf4j.LoggerFactory;

/** Translates an {@link EmbeddedNode} into Ignite's configuration. */
public final class EmbeddedConfiguration {
    /** The name of the data region on disk. */
    public static final String PERSISTENT_REGION = "durable-servers";

    private static final String SLF4J_LOGGER = "org.apache.ignite.logger.slf4j.Slf4jLogger";
    private static final long FIRST_REGION_BYTES = 16L << 20;
    /**
     * Ignite takes a direct buffer as large as each of the socket's two for each connection. Its default of 32 KiB is less than
     * one segment of loopback (64 KiB): the sender then waits for the window, or a delayed acknowledgement, 40 ms at a time. The
     * system's size grows with the connection, to megabytes. Linux doubles what it is told: half a mebibyte a connection.
     */
    private static final int SOCKET_BUFFER_BYTES = 128 << 10;

    private static final int VISITOR_PORTS = 20;

    private EmbeddedConfiguration() {}

    /**
     * The configuration of a node.
     *
     * @param plugin the durable servers of the node
     * @param addresses where the cluster is to be looked for
     * @param joinMillis how long joining may take; 0 for ever
     */
    public static IgniteConfiguration of(
            EmbeddedNode node, PluginProvider<?> plugin, List<String> addresses, long joinMillis) {
        IgniteConfiguration configuration = new IgniteConfiguration()
                .setIgniteInstanceName(node.name())
                .setConsistentId(node.name())
                .setWorkDirectory(node.workDirectory().toString())
                .setLocalHost(node.host())
                .setDiscoverySpi(discovery(node, addresses, joinMillis))
                .setCommunicationSpi(new TcpCommunicationSpi()
                        .setLocalPort(node.communicationPort())
                        .setLocalPortRange(node.portRange())
                        .setSocketReceiveBuffer(SOCKET_BUFFER_BYTES)
                        .setSocketSendBuffer(SOCKET_BUFFER_BYTES))
                .setDataStorageConfiguration(storage(node))
                .setFailureDetectionTimeout(node.failureDetection().toMillis())
                // The application lives on without the cluster: it must not be killed with the node.
                .setSegmentationPolicy(SegmentationPolicy.STOP)
                .setMetricsLogFrequency(0)
                .setPluginProviders(plugin);
        // No ports but those of the cluster (P9).
        configuration.setClientConnectorConfiguration(null);
        configuration.setConnectorConfiguration(null);
        node.tls().ifPresent(tls -> configuration.setSslContextFactory(TlsStores.factory(tls)));
        logger(configuration);
        return configuration;
    }

    /** A client without durable servers, that looks at another side of a split. */
    public static IgniteConfiguration visitor(
            EmbeddedNode node, String name, PluginProvider<?> passive, List<String> addresses, long millis) {
        TcpDiscoverySpi discovery = discovery(node, addresses, millis);
        discovery.setClientReconnectDisabled(true);
        IgniteConfiguration configuration = new IgniteConfiguration()
                .setClientMode(true)
                .setIgniteInstanceName(name)
                .setConsistentId(name)
                .setWorkDirectory(node.workDirectory().resolve("visitor").toString())
                .setLocalHost(node.host())
                .setDiscoverySpi(discovery)
                .setCommunicationSpi(new TcpCommunicationSpi()
                        .setLocalPort(node.communicationPort())
                        .setLocalPortRange(Math.max(VISITOR_PORTS, node.portRange())))
                .setFailureDetectionTimeout(node.failureDetection().toMillis())
                .setFailureHandler(new NoOpFailureHandler())
                .setMetricsLogFrequency(0)
                .setPluginProviders(passive);
        configuration.setClientConnectorConfiguration(null);
        configuration.setConnectorConfiguration(null);
        node.tls().ifPresent(tls -> configuration.setSslContextFactory(TlsStores.factory(tls)));
        logger(configuration);
        return configuration;
    }

    /** The places where nodes of the cluster may be. */
    public static List<String> addresses(EmbeddedNode node) {
        return node.peers().isEmpty()
                ? List.of(node.host() + ":" + node.discoveryPort() + ".." + (node.discoveryPort() + node.portRange()))
                : node.peers();
    }

    private static TcpDiscoverySpi discovery(EmbeddedNode node, List<String> addresses, long joinMillis) {
        return new TcpDiscoverySpi()
                .setJoinTimeout(joinMillis)
                .setLocalPort(node.discoveryPort())
                .setLocalPortRange(node.portRange())
                .setIpFinder(new TcpDiscoveryVmIpFinder(true).setAddresses(addresses));
    }

    private static DataStorageConfiguration storage(EmbeddedNode node) {
        DataStorageConfiguration storage = new DataStorageConfiguration()
                .setDefaultDataRegionConfiguration(
                        region(DataStorageConfiguration.DFLT_DATA_REG_DEFAULT_NAME, node.memoryBytes()));
        if (node.persistence()) {
            storage.setWalMode(node.walMode())
                    .setWalSegmentSize(node.walSegmentBytes())
                    .setDataRegionConfigurations(region(PERSISTENT_REGION, node.persistentMemoryBytes())
                            .setPersistenceEnabled(true));
        }
        return storage;
    }

    private static DataRegionConfiguration region(String name, long bytes) {
        return new DataRegionConfiguration()
                .setName(name)
                .setInitialSize(Math.min(FIRST_REGION_BYTES, bytes))
                .setMaxSize(bytes);
    }

    private static void logger(IgniteConfiguration configuration) {
        try {
            // ignite-slf4j is optional; the name is a constant of ours, not input.
            Class<?> logger = Class.forName(SLF4J_LOGGER);
            configuration.setGridLogger(
                    (IgniteLogger) logger.getDeclaredConstructor().newInstance());
        } catch (ClassNotFoundException e) {
            // Ignite's own default.
        } catch (NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException
                | LinkageError e) {
            LoggerFactory.getLogger(EmbeddedConfiguration.class).warn("ignite-slf4j cannot be used: {}", e.toString());
        }
    }
}

package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.ignite.configuration.WALMode;
import org.jspecify.annotations.Nullable;

/**
 * An Ignite server node inside an application, with the settings that durable servers need and no others: immutable,
 * checked when it is built. Whoever needs more builds an {@code IgniteConfiguration} and adds
 * {@link DurableServerPluginProvider}.
 *
 * @param name consistent id, instance name and session name; unique in the cluster, kept across restarts; 1 to 64 letters,
 *     digits and {@code _ . -}
 * @param workDirectory where Ignite keeps its files
 * @param host the address to listen on; {@code 127.0.0.1} unless set
 * @param discoveryPort first port for discovery, 1,024 to 65,000
 * @param portRange how many ports after the first may be tried, 0 to 100
 * @param communicationPort first port for communication, 1,024 to 65,000
 * @param peers discovery addresses of the cluster, {@code host:port} or {@code host:port..port}; this host's range when empty
 * @param memoryBytes the largest size of the in-memory region {@code default}, 16 MiB to 1 TiB
 * @param persistence whether there is a persistent region {@value DurableIgnite#PERSISTENT_REGION}
 * @param persistentMemoryBytes the largest size of its page cache, 16 MiB to 1 TiB
 * @param walMode how far the disk has confirmed a write when it is acknowledged
 * @param walSegmentBytes size of a write-ahead log segment, 512 KiB to 2 GiB - 1
 * @param failureDetection how long a silent node is waited for, 500 ms to 10 min
 * @param activateWhen server nodes that must have joined before a persistent cluster is activated for the first time, 1 to
 *     1,000; 0 leaves that to the operator
 * @param backups copies of each directory entry beyond the first, 0 to 8
 * @param shutdownHook whether the node closes itself when the JVM is told to end; false where a container, such as Spring, closes
 *     it in its turn
 * @param whenCutOff what the node does when it was cut off from the cluster, or its Ignite stopped after a critical failure
 * @param tls TLS between the nodes, with certificates on both sides; plain connections when empty. The same on all nodes
 * @param servers the durable servers, one per prefix
 */
public record EmbeddedNode(
        String name,
        Path workDirectory,
        String host,
        int discoveryPort,
        int portRange,
        int communicationPort,
        List<String> peers,
        long memoryBytes,
        boolean persistence,
        long persistentMemoryBytes,
        WALMode walMode,
        int walSegmentBytes,
        Duration failureDetection,
        int activateWhen,
        int backups,
        boolean shutdownHook,
        WhenCutOff whenCutOff,
        Optional<NodeTls> tls,
        List<DurableServersConfig> servers) {

    private static final long MIB = 1L << 20;
    private static final Pattern PORTS = Pattern.compile("\\d{1,9}(\\.\\.\\d{1,9})?");

    public EmbeddedNode {
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw ConfigurationException.option("name", name, "1 to 64 letters, digits and _ . -");
        }
        if (host.isBlank()) {
            throw ConfigurationException.option("host", host, "an address of this machine");
        }
        check("discoveryPort", discoveryPort, 1_024, 65_000);
        check("portRange", portRange, 0, 100);
        check("communicationPort", communicationPort, 1_024, 65_000);
        if (Math.abs(discoveryPort - communicationPort) <= portRange) {
            throw ConfigurationException.option(
                    "communicationPort", communicationPort, "outside the range that starts at " + discoveryPort);
        }
        check("memoryBytes", memoryBytes, 16 * MIB, MIB * MIB);
        check("persistentMemoryBytes", persistentMemoryBytes, 16 * MIB, MIB * MIB);
        check("walSegmentBytes", walSegmentBytes, 512 << 10, Integer.MAX_VALUE);
        if (walMode == WALMode.NONE || walMode == WALMode.BACKGROUND) {
            // Either acknowledges writes that a crash of the process loses (P2).
            throw ConfigurationException.option("walMode", walMode, "LOG_ONLY or FSYNC");
        }
        check("failureDetection", TimeSource.nanos(failureDetection) / 1_000_000, 500, 600_000);
        check("activateWhen", activateWhen, 0, 1_000);
        check("backups", backups, 0, 8);
        peers = List.copyOf(peers);
        peers.forEach(EmbeddedNode::checkPeer);
        servers = List.copyOf(servers);
    }

    /** What comes after the last colon of an address with one, or with brackets, is a port or a range of ports. */
    private static void checkPeer(String peer) {
        int colon = peer.lastIndexOf(':');
        String host = colon < 0 ? peer : peer.substring(0, colon);
        if (colon >= 0 && (!host.contains(":") || host.endsWith("]"))) {
            String ports = peer.substring(colon + 1);
            if (!PORTS.matcher(ports).matches()) {
                throw ConfigurationException.option("peers", peer, "host:port or host:port..port");
            }
            long[] range = Pattern.compile("\\.\\.")
                    .splitAsStream(ports)
                    .mapToLong(Long::parseLong)
                    .toArray();
            if (range[0] > range[range.length - 1] || range[range.length - 1] > 65_535) {
                throw ConfigurationException.option("peers", peer, "ports up to 65,535, the lower one first");
            }
        }
        if (host.isBlank()) {
            throw ConfigurationException.option("peers", peer, "host:port or host:port..port");
        }
    }

    private static void check(String option, long value, long low, long high) {
        if (value < low || value > high) {
            throw ConfigurationException.option(option, value, low + " to " + high);
        }
    }

    /** A new builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds an {@link EmbeddedNode}; setters are named like its components. */
    public static final class Builder {
        private @Nullable String name;
        private Path workDirectory = Path.of("ignite-work").toAbsolutePath();
        private String host = "127.0.0.1";
        private int discoveryPort = 47_500;
        private int portRange = 20;
        private int communicationPort = 47_100;
        private List<String> peers = List.of();
        private long memoryBytes = 256 * MIB;
        private boolean persistence;
        private long persistentMemoryBytes = 256 * MIB;
        private WALMode walMode = WALMode.LOG_ONLY;
        private int walSegmentBytes = (int) (64 * MIB);
        private Duration failureDetection = Duration.ofSeconds(10);
        private int activateWhen = 1;
        private int backups = 1;
        private boolean shutdownHook = true;
        private WhenCutOff whenCutOff = WhenCutOff.RESTART;
        private Optional<NodeTls> tls = Optional.empty();
        private final List<DurableServersConfig> servers = new ArrayList<>();

        private Builder() {}

        /** Required. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** The default is {@code ignite-work} in the current directory. */
        public Builder workDirectory(Path value) {
            workDirectory = value.toAbsolutePath();
            return this;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder discoveryPort(int value) {
            discoveryPort = value;
            return this;
        }

        public Builder portRange(int value) {
            portRange = value;
            return this;
        }

        public Builder communicationPort(int value) {
            communicationPort = value;
            return this;
        }

        public Builder peers(String... values) {
            peers = List.of(values);
            return this;
        }

        public Builder memoryBytes(long value) {
            memoryBytes = value;
            return this;
        }

        public Builder persistence(boolean value) {
            persistence = value;
            return this;
        }

        public Builder persistentMemoryBytes(long value) {
            persistentMemoryBytes = value;
            return this;
        }

        public Builder walMode(WALMode value) {
            walMode = value;
            return this;
        }

        public Builder walSegmentBytes(int value) {
            walSegmentBytes = value;
            return this;
        }

        public Builder failureDetection(Duration value) {
            failureDetection = value;
            return this;
        }

        public Builder activateWhen(int value) {
            activateWhen = value;
            return this;
        }

        public Builder backups(int value) {
            backups = value;
            return this;
        }

        /** On unless told otherwise. */
        public Builder shutdownHook(boolean value) {
            shutdownHook = value;
            return this;
        }

        /** {@link WhenCutOff#RESTART} unless told otherwise. */
        public Builder whenCutOff(WhenCutOff value) {
            whenCutOff = value;
            return this;
        }

        /** Encrypts all connections between nodes, and asks both sides for a certificate. */
        public Builder tls(NodeTls value) {
            tls = Optional.of(value);
            return this;
        }

        /** Adds durable servers. */
        public Builder servers(DurableServersConfig value) {
            servers.add(value);
            return this;
        }

        /**
         * Checks and builds.
         *
         * @throws ConfigurationException naming the option, its value and its bound
         */
        public EmbeddedNode build() {
            return new EmbeddedNode(
                    Optional.ofNullable(name)
                            .orElseThrow(() -> ConfigurationException.option("name", null, "required")),
                    workDirectory,
                    host,
                    discoveryPort,
                    portRange,
                    communicationPort,
                    peers,
                    memoryBytes,
                    persistence,
                    persistentMemoryBytes,
                    walMode,
                    walSegmentBytes,
                    failureDetection,
                    activateWhen,
                    backups,
                    shutdownHook,
                    whenCutOff,
                    tls,
                    servers);
        }
    }
}

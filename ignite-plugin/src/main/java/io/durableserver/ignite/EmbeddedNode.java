package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.OptionKind;
import io.durableserver.spi.OptionTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.ignite.configuration.WALMode;
import org.jspecify.annotations.Nullable;

/**
 * An Ignite server node inside an application, with the settings that durable servers need and no others: immutable,
 * checked when it is built. For more, build an {@code IgniteConfiguration} and add
 * {@link DurableServerPluginProvider}.
 */
public final class EmbeddedNode {
    private static final long MIB = 1L << 20;
    private static final OptionTable<Builder> OPTIONS = OptionTable.<Builder>of("", "")
            .option(
                    "name",
                    OptionKind.text("[A-Za-z0-9_.-]{1,64}", "1 to 64 letters, digits and _ . -"),
                    b -> b.name,
                    Builder::name)
            .option(
                    "workDirectory",
                    OptionKind.of("a path", Path::of, path -> true),
                    b -> b.workDirectory,
                    Builder::workDirectory)
            .option(
                    "host",
                    OptionKind.of("an address of this machine", text -> text, text -> !text.isBlank()),
                    b -> b.host,
                    Builder::host)
            .option("discoveryPort", OptionKind.number(1_024, 65_000), b -> b.discoveryPort, Builder::discoveryPort)
            .option("portRange", OptionKind.number(0, 100), b -> b.portRange, Builder::portRange)
            .option(
                    "communicationPort",
                    OptionKind.number(1_024, 65_000),
                    b -> b.communicationPort,
                    Builder::communicationPort)
            .option(
                    "peers",
                    OptionKind.of(
                            "host:port or host:port..port, joined by commas",
                            text -> List.of(text.split(" *, *")),
                            peers -> true),
                    b -> b.peers,
                    (b, value) -> b.peers = value)
            .option("memoryBytes", OptionKind.bytes(16 * MIB, MIB * MIB), b -> b.memoryBytes, Builder::memoryBytes)
            .option("persistence", OptionKind.flag(), b -> b.persistence, Builder::persistence)
            .option(
                    "persistentMemoryBytes",
                    OptionKind.bytes(16 * MIB, MIB * MIB),
                    b -> b.persistentMemoryBytes,
                    Builder::persistentMemoryBytes)
            .option(
                    "walMode",
                    OptionKind.choice(WALMode.class, EnumSet.of(WALMode.LOG_ONLY, WALMode.FSYNC))
                            .saying("LOG_ONLY or FSYNC"),
                    b -> b.walMode,
                    Builder::walMode)
            .option(
                    "walSegmentBytes",
                    OptionKind.bytes(512 << 10, Integer.MAX_VALUE),
                    b -> b.walSegmentBytes,
                    Builder::walSegmentBytes)
            .option(
                    "failureDetection",
                    OptionKind.duration(Duration.ofMillis(500), Duration.ofMinutes(10)),
                    b -> b.failureDetection,
                    Builder::failureDetection)
            .option("activateWhen", OptionKind.number(0, 1_000), b -> b.activateWhen, Builder::activateWhen)
            .option("backups", OptionKind.number(0, 8), b -> b.backups, Builder::backups)
            .option("shutdownHook", OptionKind.flag(), b -> b.shutdownHook, Builder::shutdownHook)
            .option("whenCutOff", OptionKind.choice(WhenCutOff.class), b -> b.whenCutOff, Builder::whenCutOff);

    private final Builder set;

    private EmbeddedNode(Builder set) {
        if (set.name.isEmpty()) {
            throw ConfigurationException.option("name", null, "required");
        }
        OPTIONS.check(set);
        if (Math.abs(set.discoveryPort - set.communicationPort) <= set.portRange) {
            throw ConfigurationException.option(
                    "communicationPort",
                    set.communicationPort,
                    "outside the range that starts at " + set.discoveryPort);
        }
        set.peers.forEach(PeerAddress::check);
        this.set = set;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of another configuration. */
    public static Builder from(EmbeddedNode base) {
        return base.set.copy();
    }

    /**
     * A builder with the values of a map, such as {@link java.util.Properties}; {@code sdk/docs/options.md} lists the keys. Servers and
     * TLS are set afterwards.
     *
     * @throws ConfigurationException for an unknown key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public static Builder from(Map<?, ?> values) {
        return OPTIONS.filled(new Builder(), values);
    }

    /** The keys of {@link #from(Map)}, with what their values must be. */
    public static Map<String, String> keys() {
        return OPTIONS.keys();
    }

    /** Consistent id, instance name and session name; unique in the cluster, kept across restarts; 1 to 64 letters, digits and {@code _ . -}. */
    public String name() {
        return set.name;
    }

    /** The directory in which Ignite keeps its files. */
    public Path workDirectory() {
        return set.workDirectory;
    }

    /** The address to listen on; {@code 127.0.0.1} unless set. */
    public String host() {
        return set.host;
    }

    /** First port for discovery, 1,024 to 65,000. */
    public int discoveryPort() {
        return set.discoveryPort;
    }

    /** How many ports after the first may be tried, 0 to 100. */
    public int portRange() {
        return set.portRange;
    }

    /** First port for communication, 1,024 to 65,000. */
    public int communicationPort() {
        return set.communicationPort;
    }

    /** Discovery addresses of the cluster, {@code host:port} or {@code host:port..port}; this host's range when empty. */
    public List<String> peers() {
        return set.peers;
    }

    /** The largest size of the in-memory region {@code default}, 16 MiB to 1 TiB. */
    public long memoryBytes() {
        return set.memoryBytes;
    }

    /** Whether there is a persistent region {@value DurableIgnite#PERSISTENT_REGION}. */
    public boolean persistence() {
        return set.persistence;
    }

    /** The largest size of its page cache, 16 MiB to 1 TiB. */
    public long persistentMemoryBytes() {
        return set.persistentMemoryBytes;
    }

    /** How far the disk has confirmed a write when it is acknowledged. */
    public WALMode walMode() {
        return set.walMode;
    }

    /** Size of a write-ahead log segment, 512 KiB to 2147483647 bytes. */
    public int walSegmentBytes() {
        return set.walSegmentBytes;
    }

    /** How long a silent node is waited for, 500 ms to 10 min. */
    public Duration failureDetection() {
        return set.failureDetection;
    }

    /** Server nodes that must have joined before a persistent cluster is activated for the first time, 1 to 1,000; 0 leaves that to the operator. */
    public int activateWhen() {
        return set.activateWhen;
    }

    /** Copies of each directory entry beyond the first, 0 to 8. */
    public int backups() {
        return set.backups;
    }

    /** Whether the node closes itself when the JVM is told to end; false where a container, such as Spring, closes it in its turn. */
    public boolean shutdownHook() {
        return set.shutdownHook;
    }

    /** What the node does when it was cut off from the cluster, or its Ignite stopped after a critical failure. */
    public WhenCutOff whenCutOff() {
        return set.whenCutOff;
    }

    /** TLS between the nodes, with certificates on both sides; plain connections when empty. The same on all nodes. */
    public Optional<NodeTls> tls() {
        return Optional.ofNullable(set.tls);
    }

    /** The durable servers, one per prefix. */
    public List<DurableServersConfig> servers() {
        return set.servers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EmbeddedNode that
                && OPTIONS.values(set).equals(OPTIONS.values(that.set))
                && Objects.equals(set.tls, that.set.tls)
                && Objects.equals(set.servers, that.set.servers);
    }

    @Override
    public int hashCode() {
        return OPTIONS.values(set).hashCode();
    }

    @Override
    public String toString() {
        return "EmbeddedNode" + OPTIONS.values(set);
    }

    /** Builds a configuration; the bounds are checked by {@link #build}. */
    public static final class Builder {
        private String name = "";
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
        private @Nullable NodeTls tls;
        private List<DurableServersConfig> servers = List.of();

        private Builder() {}

        /** See {@link EmbeddedNode#name}. */
        public Builder name(String value) {
            name = OPTIONS.given("name", value);
            return this;
        }

        /** See {@link EmbeddedNode#workDirectory}. The default is {@code ignite-work} in the current directory. */
        public Builder workDirectory(Path value) {
            workDirectory = OPTIONS.given("workDirectory", value).toAbsolutePath();
            return this;
        }

        /** See {@link EmbeddedNode#host}. */
        public Builder host(String value) {
            host = OPTIONS.given("host", value);
            return this;
        }

        /** See {@link EmbeddedNode#discoveryPort}. */
        public Builder discoveryPort(int value) {
            discoveryPort = value;
            return this;
        }

        /** See {@link EmbeddedNode#portRange}. */
        public Builder portRange(int value) {
            portRange = value;
            return this;
        }

        /** See {@link EmbeddedNode#communicationPort}. */
        public Builder communicationPort(int value) {
            communicationPort = value;
            return this;
        }

        /** See {@link EmbeddedNode#peers}. */
        public Builder peers(String... values) {
            peers = Arrays.stream(OPTIONS.given("peers", values))
                    .map(value -> OPTIONS.given("peers", value))
                    .toList();
            return this;
        }

        /** See {@link EmbeddedNode#memoryBytes}. */
        public Builder memoryBytes(long value) {
            memoryBytes = value;
            return this;
        }

        /** See {@link EmbeddedNode#persistence}. */
        public Builder persistence(boolean value) {
            persistence = value;
            return this;
        }

        /** See {@link EmbeddedNode#persistentMemoryBytes}. */
        public Builder persistentMemoryBytes(long value) {
            persistentMemoryBytes = value;
            return this;
        }

        /** See {@link EmbeddedNode#walMode}. */
        public Builder walMode(WALMode value) {
            walMode = OPTIONS.given("walMode", value);
            return this;
        }

        /** See {@link EmbeddedNode#walSegmentBytes}. */
        public Builder walSegmentBytes(int value) {
            walSegmentBytes = value;
            return this;
        }

        /** See {@link EmbeddedNode#failureDetection}. */
        public Builder failureDetection(Duration value) {
            failureDetection = OPTIONS.given("failureDetection", value);
            return this;
        }

        /** See {@link EmbeddedNode#activateWhen}. */
        public Builder activateWhen(int value) {
            activateWhen = value;
            return this;
        }

        /** See {@link EmbeddedNode#backups}. */
        public Builder backups(int value) {
            backups = value;
            return this;
        }

        /** See {@link EmbeddedNode#shutdownHook}. */
        public Builder shutdownHook(boolean value) {
            shutdownHook = value;
            return this;
        }

        /** See {@link EmbeddedNode#whenCutOff}. */
        public Builder whenCutOff(WhenCutOff value) {
            whenCutOff = OPTIONS.given("whenCutOff", value);
            return this;
        }

        /** Encrypts all connections between nodes, and asks both sides for a certificate. */
        public Builder tls(NodeTls value) {
            tls = OPTIONS.given("tls", value);
            return this;
        }

        /** Adds durable servers. */
        public Builder servers(DurableServersConfig value) {
            List<DurableServersConfig> more = new ArrayList<>(servers);
            more.add(OPTIONS.given("servers", value));
            servers = List.copyOf(more);
            return this;
        }

        private Builder copy() {
            Builder copy = OPTIONS.copy(this, new Builder());
            copy.tls = tls;
            copy.servers = servers;
            return copy;
        }

        /** Fails with a {@link ConfigurationException} that names the option that is out of its bounds. */
        public EmbeddedNode build() {
            return new EmbeddedNode(copy());
        }
    }
}

package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.start.IgniteHook;
import io.durableserver.ignite.start.StartErrors;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever keeps a node from starting is one error that names the option, with what Ignite said as its cause. */
@Timeout(120)
class StartErrorsIT {
    private static final int PORT = 20_500;

    private final TestCluster cluster = new TestCluster(PORT);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private EmbeddedNode.Builder settings(String name) {
        return cluster.settings(name).servers(TestCluster.config(TestCluster.PREFIX));
    }

    private void refused(EmbeddedNode.Builder settings, Reason reason, boolean byIgnite, String... texts) {
        assertThatThrownBy(() -> cluster.start("bad", settings.build()))
                .isInstanceOfSatisfying(ConfigurationException.class, bad -> {
                    assertThat(bad.reason()).isEqualTo(reason);
                    assertThat(bad).hasMessageContainingAll(texts);
                    if (byIgnite) {
                        assertThat(bad).hasCauseInstanceOf(IgniteException.class);
                    }
                });
    }

    private static ServerSocket taken(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void portsInUse() throws IOException {
        try (ServerSocket other = taken(PORT)) {
            refused(
                    settings("a").portRange(0),
                    Reason.INVALID_OPTION,
                    true,
                    "option=discoveryPort",
                    "value=" + other.getLocalPort(),
                    "portRange (0)");
        }
        try (ServerSocket other = taken(PORT + 50)) {
            refused(
                    settings("a").portRange(0),
                    Reason.INVALID_OPTION,
                    true,
                    "option=communicationPort",
                    "value=" + other.getLocalPort(),
                    "portRange (0)");
        }
    }

    @Test
    void addressesThatAreNotOfThisMachine() {
        refused(settings("a").host("10.255.255.1"), Reason.INVALID_OPTION, true, "option=host", "10.255.255.1");
        refused(settings("a").host("no.such.host.invalid"), Reason.INVALID_OPTION, true, "option=host", "invalid");
    }

    @Test
    void peersOfWhomNobodyIsKnown() {
        refused(
                settings("a").peers("no.such.host.invalid:47500..47510", "nor.this.invalid"),
                Reason.INVALID_OPTION,
                false,
                "option=peers",
                "no.such.host.invalid",
                "a cluster of its own");
        cluster.start(
                "b",
                settings("b").peers("no.such.host.invalid", "127.0.0.1:" + PORT).build());
    }

    @Test
    void namesThatAreTaken() {
        cluster.start("a", settings("a").build());
        refused(settings("a"), Reason.INVALID_OPTION, true, "option=name", "a-" + PORT);
        IgniteConfiguration twin = TestCluster.configuration(
                        settings("b").name("a-" + PORT).build(), new DurableServerPluginProvider())
                .setIgniteInstanceName("twin");
        assertThatThrownBy(() -> Ignition.start(twin))
                .satisfies(
                        failure -> assertThat(StartErrors.explain(settings("b").build(), (RuntimeException) failure))
                                .isInstanceOf(ConfigurationException.class)
                                .hasMessageContainingAll("option=name", "in the cluster"));
    }

    @Test
    void aClusterThatDoesNotTakeTheNode() {
        cluster.start("a", typed("a", 1).build());
        refused(
                typed("b", 2),
                Reason.CLUSTER_MISMATCH,
                true,
                "version of type test",
                "allowMixedTypeVersions",
                "has 2",
                "has 1");
    }

    private EmbeddedNode.Builder typed(String name, int version) {
        return cluster.settings(name)
                .servers(DurableServersConfig.builder()
                        .prefix(TestCluster.PREFIX)
                        .type(TestServer.TYPE.version(version))
                        .backend(new NoBackend())
                        .build());
    }

    @Test
    void dataOfAnotherCluster() {
        EmbeddedNode.Builder stored = settings("a").persistence(true).walSegmentBytes(1 << 20);
        cluster.start("a", stored.build());
        TestCluster.await(
                "active", () -> cluster.node("a").ignite().cluster().state().active());
        cluster.stop("a");
        EmbeddedNode.Builder other = settings("b").persistence(true).walSegmentBytes(1 << 20);
        cluster.start("b", other.build());
        TestCluster.await(
                "active", () -> cluster.node("b").ignite().cluster().state().active());
        refused(stored, Reason.CLUSTER_MISMATCH, true, "option=workDirectory", "another cluster");
    }

    @Test
    void whatABackendSeesBeforeTheNodeJoins() {
        BackendFactory checked = new BackendFactory() {
            @Override
            public Backend open(Context context) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void check(Environment environment) {
                IgniteConfiguration node =
                        environment.resource(IgniteConfiguration.class).orElseThrow();
                throw ConfigurationException.option(
                        "region",
                        environment.prefix(),
                        node.getDataStorageConfiguration().toString());
            }
        };
        refused(
                cluster.settings("a")
                        .servers(DurableServersConfig.builder()
                                .prefix(TestCluster.PREFIX)
                                .backend(checked)
                                .build()),
                Reason.INVALID_OPTION,
                false,
                "Option region must be DataStorageConfiguration",
                "was " + TestCluster.PREFIX);
        assertThat(Ignition.allGrids()).isEmpty();
    }

    @Test
    void workDirectoriesThatAreNone() throws IOException {
        Path file = Files.createFile(cluster.work.resolve("file"));
        refused(
                settings("a").workDirectory(file),
                Reason.INVALID_OPTION,
                false,
                "option=workDirectory",
                "not a directory");
        refused(
                settings("a").workDirectory(file.resolve("below")),
                Reason.INVALID_OPTION,
                false,
                "option=workDirectory",
                "cannot be made");
        // Even root makes no files there.
        refused(
                settings("a").workDirectory(Path.of("/proc")),
                Reason.INVALID_OPTION,
                false,
                "option=workDirectory",
                "cannot be written");
    }

    @Test
    void ignitesOwnShutdownHookIsNotInstalledAndOthersKeepTheirs() {
        String property = "IGNITE_NO_SHUTDOWN_HOOK";
        assertThat(System.getProperty(property)).isNull();
        cluster.start("a", settings("a").build());
        assertThat(System.getProperty(property)).isNull();
        assertThat(IgniteHook.without(() -> IgniteHook.without(() -> System.getProperty(property))))
                .isEqualTo("true");
        assertThat(System.getProperty(property)).isNull();
    }

    @Test
    void aNodeIsClosedOnce() {
        DurableIgnite node = cluster.start("a", settings("a").build());
        node.close();
        node.close();
        assertThatThrownBy(() -> node.servers("test/").admin().info("k"))
                .hasMessageContainingAll("closed", "test/", "a-" + PORT);
        assertThatThrownBy(() -> node.servers("test/").awaitReady(Duration.ofHours(1)))
                .hasMessageContaining("closed");
        assertThat(node.servers("test/").isReady()).isFalse();
    }
}

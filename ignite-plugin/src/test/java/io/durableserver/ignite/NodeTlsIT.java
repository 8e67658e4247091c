package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Cluster;
import java.nio.file.Path;
import java.util.List;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of nodes with certificates, and those it does not take. */
@Timeout(180)
class NodeTlsIT {
    @TempDir
    static Path directory;

    private static Certificates certificates;

    private final TestCluster cluster = new TestCluster(21_900);
    private List<Cluster> two;

    @BeforeAll
    static void makeCertificates() {
        certificates = new Certificates(directory);
        certificates.authority("ours");
        certificates.node("good", "ours");
        certificates.node("expired", "ours", "-startdate", "-10d", "-validity", "5");
        certificates.authority("theirs");
        certificates.node("stranger", "theirs");
    }

    @BeforeEach
    void startTwo() {
        cluster.start("a", withTls("a"));
        cluster.start("b", withTls("b"));
        two = List.of(cluster.cluster("a"), cluster.cluster("b"));
        awaitTwo();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private EmbeddedNode withTls(String name) {
        return cluster.settings(name)
                .servers(TestCluster.config(TestCluster.PREFIX))
                .tls(certificates.tls("good", "ours"))
                .build();
    }

    private void awaitTwo() {
        TestCluster.await(
                "both see each other",
                () -> two.stream()
                        .allMatch(node -> node.membership().view().sessions().size() == 2));
    }

    private void unharmed(String key) {
        awaitTwo();
        for (Cluster node : two) {
            String mine = key + node.membership().self().node();
            assertThat(TestCluster.get(node.map(StandInRuntime.DIRECTORY).putIfAbsent(mine, new byte[] {1}))
                            .applied())
                    .isTrue();
        }
    }

    @Test
    void nodesWithCertificatesFormACluster() {
        for (int i = 0; i < 32; i++) {
            unharmed("k" + i);
        }
    }

    @Test
    void aNodeWithoutACertificateIsRefusedAndTheOthersGoOn() {
        EmbeddedNode plain = cluster.settings("c")
                .servers(TestCluster.config(TestCluster.PREFIX))
                .build();
        assertThatThrownBy(() -> cluster.start("c", plain))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        refused -> assertThat(refused.context())
                                .containsEntry("option", "tls")
                                .containsEntry("value", "none"));
        unharmed("k");
    }

    @Test
    void anExpiredCertificateIsRefusedBeforeItIsShown() {
        EmbeddedNode expired = cluster.settings("c")
                .servers(TestCluster.config(TestCluster.PREFIX))
                .tls(certificates.tls("expired", "ours"))
                .build();
        assertThatThrownBy(() -> cluster.start("c", expired))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tls.keyStore")
                .hasMessageContaining("valid now");
        unharmed("k");
    }

    @Test
    void aNodeThatBelievesAnotherAuthorityIsRefused() {
        EmbeddedNode stranger = cluster.settings("c")
                .servers(TestCluster.config(TestCluster.PREFIX))
                .tls(certificates.tls("stranger", "theirs"))
                .build();
        assertThatThrownBy(() -> cluster.start("c", stranger))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        refused -> assertThat(refused.context()).containsEntry("option", "tls"));
        unharmed("k");
    }

    /**
     * As one that expired while its node was away. Ignite does not always tell such a node, which is alone then:
     * hence our own check. */
    @Test
    void othersDoNotTakeAnExpiredCertificateNorOneOfAnotherAuthority() {
        for (String name : List.of("expired", "stranger")) {
            assertThatThrownBy(() -> factory(certificates.tls(name, "ours")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("tls.keyStore");
            IgniteConfiguration configuration = TestCluster.configuration(
                            cluster.settings("c")
                                    .servers(TestCluster.config(TestCluster.PREFIX))
                                    .build(),
                            new DurableServerPluginProvider(new StandInRuntime()))
                    .setSslContextFactory(unchecked(name));
            try (Ignite alone = Ignition.start(configuration)) {
                assertThat(alone.cluster().nodes()).as(name).hasSize(1);
            } catch (IgniteException refused) {
                assertThat(refused).hasMessageContaining("Unable to establish secure connection");
            }
            unharmed(name);
        }
    }

    /** What the connections of a node are made with. */
    private static SslContextFactory factory(NodeTls tls) {
        EmbeddedNode node = EmbeddedNode.builder().name("c").tls(tls).build();
        return (SslContextFactory) TestCluster.configuration(node, new DurableServerPluginProvider())
                .getSslContextFactory();
    }

    private static SslContextFactory unchecked(String name) {
        SslContextFactory factory = factory(certificates.tls("good", "ours"));
        factory.setKeyStoreFilePath(directory.resolve(name + ".p12").toString());
        return factory;
    }

    @Test
    void storesThatCannotBeUsedAreNamed() {
        NodeTls good = certificates.tls("good", "ours");
        Path none = directory.resolve("none.p12");
        wrong(new NodeTls(none, "x", good.trustStore(), good.trustPassword()), "tls.keyStore");
        wrong(new NodeTls(good.keyStore(), "x", good.trustStore(), good.trustPassword()), "tls.keyStore");
        wrong(new NodeTls(good.trustStore(), good.trustPassword(), good.trustStore(), good.trustPassword()), "a key");
        wrong(new NodeTls(good.keyStore(), good.keyPassword(), directory, "x"), "tls.trustStore");
        wrong(new NodeTls(good.keyStore(), good.keyPassword(), good.keyStore(), good.keyPassword()), "an authority");
        assertThat(good.toString()).doesNotContain(Certificates.PASSWORD);
    }

    private static void wrong(NodeTls tls, String says) {
        assertThatThrownBy(() -> factory(tls))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(says)
                .hasMessageNotContaining(Certificates.PASSWORD);
    }
}

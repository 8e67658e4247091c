package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.map.SharedMapCache;
import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.MapConflictException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DurableServerPluginIT {
    private static final Duration SHORT = Duration.ofMillis(50);
    private final TestCluster cluster = new TestCluster(18_700);

    @AfterEach
    void stop() {
        TestConfigurer.configs = List.of();
        cluster.close();
    }

    @Test
    void givesTheServersOfEachPrefix() {
        DurableIgnite node = cluster.start(
                "a",
                cluster.settings("a")
                        .servers(TestCluster.config("shop/"))
                        .servers(TestCluster.config("chat/"))
                        .build());
        DurableServerPlugin plugin = node.ignite().plugin(DurableServerPluginProvider.NAME);
        assertThat(DurableServerPlugin.of(node.ignite())).isSameAs(plugin);
        assertThat(plugin.prefixes()).containsExactlyInAnyOrder("chat/", "shop/");
        assertThat(plugin.servers("shop/")).isNotSameAs(plugin.servers("chat/"));
        node.servers("shop/").awaitReady(Duration.ofSeconds(20));
        assertThatThrownBy(() -> node.servers("cart/"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("cart/", "[chat/, shop/]");
        assertThatThrownBy(node::servers)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name it");
    }

    @Test
    void aPrefixConfiguredTwiceFailsTheStart() {
        assertThatThrownBy(() -> cluster.start(
                        "a",
                        cluster.settings("a")
                                .servers(TestCluster.config("shop/"))
                                .servers(TestCluster.config("shop/"))
                                .build()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.reason()).isEqualTo(ConfigurationException.Reason.DUPLICATE_PREFIX))
                .hasMessageContaining("shop/");
    }

    @Test
    void drainsWhileTheCachesStillWork() {
        cluster.start("a");
        StandInRuntime runtime = cluster.runtime("a");
        cluster.cluster("a");
        cluster.stop("a");
        assertThat(runtime.log).containsExactly("launch test/", "close test/ with caches");
    }

    @Test
    void aNodeThatDoesNotFitIsRefused() {
        cluster.start("a", cluster.settings("a").servers(typed(1).build()).build());
        refused("b", cluster.settings("b").servers(typed(2).build()), "version of type test", "has 2", "has 1");
        refused("b", cluster.settings("b").servers(typed(1).build()).backups(2), "directory backups");
        refused(
                "b",
                cluster.settings("b")
                        .servers(typed(1).messageCodec(new OtherCodec()).build()),
                "message codec",
                "has other",
                "has cbor");
        cluster.start(
                "b",
                cluster.settings("b")
                        .servers(typed(2).allowMixedTypeVersions(true).build())
                        .build());
        TestCluster.await(
                "both",
                () -> cluster.cluster("a").membership().view().sessions().size() == 2);
    }

    /** A node of another release: only its attributes are known, whatever else it is. */
    @Test
    void aNodeOfAnotherProtocolIsRefused() {
        cluster.start("a");
        IgniteConfiguration other = withoutProviders()
                .setUserAttributes(
                        Map.of(NodeAttributes.PROTOCOL, "2", NodeAttributes.membership(TestCluster.PREFIX), true));
        assertThatThrownBy(() -> Ignition.start(other))
                .rootCause()
                .hasMessageContainingAll("protocol version", "has 2", "has " + NodeAttributes.PROTOCOL_VERSION, "a-");
        // Whoever takes no part in durable servers has no protocol, and is welcome.
        try (Ignite plain = Ignition.start(withoutProviders())) {
            assertThat(plain.cluster().nodes()).hasSize(2);
        }
    }

    private static DurableServersConfig.Builder typed(int version) {
        return DurableServersConfig.builder()
                .prefix(TestCluster.PREFIX)
                .backend(new NoBackend())
                .type(TestServer.TYPE.version(version));
    }

    private void refused(String name, EmbeddedNode.Builder settings, String... reasons) {
        assertThatThrownBy(() -> cluster.start(name, settings.build()))
                .rootCause()
                .hasMessageContainingAll(reasons);
    }

    private static final class OtherCodec implements Codec {
        @Override
        public String name() {
            return "other";
        }

        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            return new byte[0];
        }

        @Override
        public @Nullable Object decode(byte[] bytes, Type type) {
            return null;
        }
    }

    @Test
    void becomesReadyWithTheActivationAndStopsServingWithoutIt() {
        DurableIgnite node = cluster.start(
                "a",
                cluster.settings("a")
                        .servers(TestCluster.config(TestCluster.PREFIX))
                        .persistence(true)
                        .walSegmentBytes(1 << 20)
                        .activateWhen(0)
                        .build());
        DurableServers servers = node.servers();
        StandInRuntime runtime = cluster.runtime("a");
        assertThat(servers.isReady()).isFalse();
        assertThat(servers.admin().localCount()).isZero();
        assertThat(servers.session())
                .isEqualTo(IgniteMembership.session(node.ignite().cluster().localNode()));
        assertThat(servers.ref(TestServer.TYPE, "k").key()).isEqualTo("k");
        assertThatThrownBy(() -> servers.admin().lookup("k"))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        e -> assertThat(e.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY));
        assertThatThrownBy(() -> servers.awaitReady(SHORT)).isInstanceOf(NotAppliedException.class);
        assertThat(runtime.log).isEmpty();

        node.ignite().cluster().state(ClusterState.ACTIVE);
        servers.awaitReady(Duration.ofSeconds(20));
        assertThat(servers.isReady()).isTrue();

        node.ignite().cluster().state(ClusterState.INACTIVE);
        TestCluster.await("no runtime", () -> !servers.isReady());
        assertThat(runtime.log).startsWith("launch test/", "fence test/");
        node.ignite().cluster().state(ClusterState.ACTIVE);
        servers.awaitReady(Duration.ofSeconds(20));
        assertThat(cluster.cluster("a").map(StandInRuntime.DIRECTORY).owner("x"))
                .isEqualTo(servers.session());
    }

    @Test
    void activatesANewPersistentClusterWhenEnoughNodesHaveJoined() {
        DurableIgnite a = cluster.start("a", persistent("a"));
        assertThatThrownBy(() -> a.servers().awaitReady(SHORT)).isInstanceOf(NotAppliedException.class);
        DurableIgnite b = cluster.start("b", persistent("b"));
        a.servers().awaitReady(Duration.ofSeconds(20));
        b.servers().awaitReady(Duration.ofSeconds(20));
        var regions = a.ignite().configuration().getDataStorageConfiguration().getDataRegionConfigurations();
        assertThat(regions)
                .anyMatch(region ->
                        DurableIgnite.PERSISTENT_REGION.equals(region.getName()) && region.isPersistenceEnabled());

        // Later the baseline decides, not the count.
        cluster.stop("a");
        cluster.stop("b");
        DurableIgnite again = cluster.start("b", persistent("b", 1));
        assertThatThrownBy(() -> again.servers().awaitReady(SHORT)).isInstanceOf(NotAppliedException.class);
        cluster.start("a", persistent("a", 1));
        again.servers().awaitReady(Duration.ofSeconds(20));
    }

    private EmbeddedNode persistent(String name) {
        return persistent(name, 2);
    }

    private EmbeddedNode persistent(String name, int activateWhen) {
        return cluster.settings(name)
                .servers(TestCluster.config(TestCluster.PREFIX))
                .persistence(true)
                .persistentMemoryBytes(64L << 20)
                .walSegmentBytes(1 << 20)
                .activateWhen(activateWhen)
                .build();
    }

    @Test
    void springConfiguresIt() {
        try (Ignite ignite = Ignition.start("durable-servers.xml")) {
            DurableServerPlugin plugin = ignite.plugin(DurableServerPluginProvider.NAME);
            assertThat(plugin.prefixes()).containsExactly("shop/");
            assertThat(NodeAttributes.text(ignite.cluster().localNode(), NodeAttributes.types("shop/")))
                    .isEqualTo("test:1");
            assertThat(NodeAttributes.text(ignite.cluster().localNode(), NodeAttributes.backups("shop/")))
                    .isEqualTo("2");
        }
    }

    @Test
    void aMapOfAnotherKindRefusesAStartOnceAndWhenItIsGoneTheStartIsTriedAgain() {
        String chat = "chat/";
        Ignite ignite = cluster.start("a", settings("a", "shop/")).ignite();
        String name = SharedMapCache.name("map-directory", chat);
        ignite.createCache(new CacheConfiguration<String, byte[]>(name).setCacheMode(CacheMode.REPLICATED));
        DurableServers servers = cluster.start("b", settings("b", chat)).servers(chat);
        AtomicInteger attempts = cluster.runtime("b").attempts;
        TestCluster.await("the refusal", () -> isRefused(servers));
        Awaitility.await()
                .during(Duration.ofMillis(1_500))
                .atMost(Duration.ofSeconds(10))
                .until(() -> attempts.get() == 1);
        assertThat(cluster.told("b", ClusterEvent.PrefixRefused.class))
                .as("told once")
                .singleElement()
                .satisfies(fact -> assertThat(fact.prefix()).isEqualTo(chat));
        ignite.destroyCache(name);
        servers.awaitReady(Duration.ofSeconds(20));
        assertThat(attempts).hasValue(2);
    }

    private EmbeddedNode settings(String name, String prefix) {
        return cluster.settings(name).servers(TestCluster.config(prefix)).build();
    }

    private static boolean isRefused(DurableServers servers) {
        try {
            servers.awaitReady(SHORT);
            return false;
        } catch (NotAppliedException e) {
            return Stream.<Throwable>iterate(e, cause -> cause != null, Throwable::getCause)
                    .anyMatch(MapConflictException.class::isInstance);
        }
    }

    @Test
    void theServiceLoaderConfiguresItAndWithoutConfigurationsItIsPassive() {
        try (Ignite ignite = Ignition.start(withoutProviders())) {
            DurableServerPlugin plugin = ignite.plugin(DurableServerPluginProvider.NAME);
            assertThat(plugin.prefixes()).isEmpty();
            assertThat(ignite.cluster().localNode().<Object>attribute(NodeAttributes.PROTOCOL))
                    .isNull();
        }
        TestConfigurer.configs = List.of(TestCluster.config("found/"));
        try (Ignite ignite = Ignition.start(withoutProviders())) {
            DurableServerPlugin plugin = ignite.plugin(DurableServerPluginProvider.NAME);
            assertThat(plugin.prefixes()).containsExactly("found/");
        }
        // Given and found: Ignite takes the given one only.
        DurableIgnite node = cluster.start("a");
        assertThat(node.ignite()
                        .<DurableServerPlugin>plugin(DurableServerPluginProvider.NAME)
                        .prefixes())
                .containsExactly(TestCluster.PREFIX);
    }

    private IgniteConfiguration withoutProviders() {
        return TestCluster.configuration(cluster.settings("found").build(), new DurableServerPluginProvider())
                .setPluginProviders();
    }
}

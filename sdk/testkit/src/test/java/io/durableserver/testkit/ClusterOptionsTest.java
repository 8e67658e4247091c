package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a test can say of its cluster, and ask of it. */
@DurableCluster(servers = Cart.class, config = ClusterOptionsTest.Seeds.class)
class ClusterOptionsTest {
    private static final Cart.State EMPTY = new Cart.State("ann", List.of());

    /** A configuration of its own class. */
    static final class Seeds implements Consumer<TestCluster.Builder> {
        @Override
        public void accept(TestCluster.Builder cluster) {
            cluster.seed(Cart.TYPE, "old", 1, "{\"items\":[\"lamp\",\"shade\"]}");
        }
    }

    @ClusterConfig
    static void prices(TestCluster.Builder cluster) {
        cluster.service(Cart.Prices.class, String::length);
    }

    @Test
    void servicesAndStoredRecordsAreThere(TestCluster cluster, DurableServers servers, Cart.Prices prices) {
        ServerRef old = servers.ref(Cart.TYPE, "old");
        assertThat((long) old.call(new Cart.Total())).isEqualTo(prices.of("lamp") + prices.of("shade"));
        assertThat(old.call(new Cart.Items())).containsExactly("lamp", "shade");
        assertThat(cluster.size()).isEqualTo(3);
        assertThat(servers.session()).isEqualTo(cluster.servers(0).session());
    }

    @Test
    void aServerIsFoundAndItsNodeCrashed(TestCluster cluster) {
        ServerRef cart = cluster.servers(0).ref(Cart.TYPE, "new");
        assertThat(cluster.whereIs(cart)).isEmpty();
        assertThatThrownBy(() -> cluster.crashOwnerOf(cart)).hasMessageContaining("new");
        cluster.servers(0).ensureStarted(Cart.TYPE, "new", EMPTY);
        OptionalInt owner = cluster.whereIs(cart);
        assertThat(cluster.crashOwnerOf(cart)).isEqualTo(owner.orElseThrow());
        assertThat(cluster.isRunning(owner.orElseThrow())).isFalse();
        assertThat(cluster.servers((owner.orElseThrow() + 1) % 3)
                        .ref(Cart.TYPE, "new")
                        .call(new Cart.Items()))
                .isEmpty();
        assertThat(cluster.whereIs(cart)).isNotEqualTo(owner).isNotEmpty();
    }

    @Test
    void whatIsStoredCanBeLookedAtAndWaitedFor() {
        ServerType<Cart.State> eager = Cart.TYPE.syncPolicy(SyncPolicy.onChange());
        try (TestCluster cluster = TestCluster.builder().types(eager).start()) {
            assertThat(cluster.storedJson("k")).isEmpty();
            ServerRef cart = cluster.servers(0).ensureStarted(eager, "k", EMPTY);
            for (int i = 0; i < 50; i++) {
                cart.call(new Cart.Add(List.of("i" + i)));
            }
            cluster.awaitStored(cart);
            assertThat(cluster.storedJson("k").orElseThrow()).contains("\"i0\"", "\"i49\"");
        }
    }

    @Test
    void aNodeComesBackWithAnotherVersionOfAType(TestCluster cluster) {
        ServerType<Cart.State> first = Cart.TYPE.version(1);
        InMemoryStore store = new InMemoryStore();
        try (TestCluster rolling = TestCluster.builder()
                .nodes(1)
                .store(store)
                .types(first)
                .seed(first, "k", 1, "{\"items\":[\"lamp\"]}")
                .start()) {
            assertThat(rolling.store()).isSameAs(store);
            rolling.restart(0, Cart.TYPE);
            ServerRef cart = rolling.servers(0).ref(Cart.TYPE, "k");
            cart.call(new Cart.Add(List.of("shade")));
            rolling.servers(0).admin().terminate("k", Termination.GRACEFUL);
            rolling.restart(0, first);
            assertThatThrownBy(() -> rolling.servers(0).ref(first, "k").call(new Cart.Items()))
                    .isInstanceOfSatisfying(
                            NotAppliedException.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(NotAppliedException.Reason.RECORD_NEWER));
        }
        try (TestCluster next =
                TestCluster.builder().nodes(2).store(store).types(Cart.TYPE).start()) {
            assertThat(next.servers(1).ref(Cart.TYPE, "k").call(new Cart.Items()))
                    .containsExactly("lamp", "shade");
        }
        assertThat(cluster.storedJson("k")).isEmpty();
    }

    @Test
    void aKeyIsSeededOnce() {
        TestCluster.Builder twice = TestCluster.builder()
                .types(Cart.TYPE)
                .seed(Cart.TYPE, "k", 2, "{}")
                .seed(Cart.TYPE, "k", 2, "{}");
        assertThatThrownBy(twice::start)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("seed");
    }

    @Test
    void limitsAndTimeoutsAreThoseOfTheTest() {
        try (TestCluster cluster = TestCluster.builder()
                .types(Cart.TYPE)
                .limits(Limits.builder().messageBytes(1_024).build())
                .start()) {
            ServerRef cart = cluster.servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
            assertThatThrownBy(() -> cart.call(new Cart.Add(List.of("x".repeat(2_000)))))
                    .isInstanceOfSatisfying(
                            NotAppliedException.class,
                            refusal -> assertThat(refusal.reason())
                                    .isEqualTo(NotAppliedException.Reason.MESSAGE_TOO_LARGE));
        }
    }

    @Nested
    class InsideAnother {
        @Test
        void theClassAroundCounts(TestCluster cluster, Cart.Prices prices, InMemoryStore store) {
            assertThat(cluster.store()).isSameAs(store);
            assertThat(prices.of("four")).isEqualTo(4);
        }
    }

    @Nested
    class AsAField {
        @RegisterExtension
        final DurableClusterExtension cluster = DurableClusterExtension.of(
                builder -> builder.nodes(1).types(Cart.TYPE).virtualTime());

        @Test
        void aFieldHoldsAClusterOfItsOwn(TestCluster other) {
            ServerRef cart = cluster.get().servers(0).ensureStarted(Cart.TYPE, "k", EMPTY);
            cluster.get().advance(Duration.ofHours(1));
            assertThat(cart.call(new Cart.Items())).isEmpty();
            assertThat(cluster.get().size()).isEqualTo(1);
        }
    }
}

package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.CallOptions;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Time that stands still until the test lets it pass. */
@DurableCluster(servers = Cart.class, virtualTime = true)
class VirtualClusterTest {
    private static final Duration A_MOMENT = Duration.ofMillis(1);

    private static ServerRef cart(TestCluster cluster, String key) {
        return cluster.servers(0).ensureStarted(Cart.TYPE, key, new Cart.State("ann", List.of()));
    }

    @Test
    void aCartExpiresAfterHalfAnHourAndNotBefore(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        cart.call(new Cart.Add(List.of("book")));
        cluster.advance(Cart.EXPIRY.minus(A_MOMENT));
        assertThat(cluster.servers(1).admin().localCount()
                        + cluster.servers(0).admin().localCount()
                        + cluster.servers(2).admin().localCount())
                .isEqualTo(1);
        cluster.advance(A_MOMENT);
        assertThat(cluster.servers(1).admin().localCount()
                        + cluster.servers(0).admin().localCount()
                        + cluster.servers(2).admin().localCount())
                .isZero();
        assertThat(cluster.storedJson("k").orElseThrow()).contains("expired");
    }

    @Test
    void whatComesBeforeTheTimeoutPutsItOff(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        cart.call(new Cart.Add(List.of("book")));
        cluster.advance(Duration.ofMinutes(29));
        cart.call(new Cart.Add(List.of("pen")));
        cluster.advance(Duration.ofMinutes(29));
        assertThat(cart.call(new Cart.Items())).containsExactly("book", "pen");
    }

    @Test
    void timersRunInTheirOrderEachAtItsTime(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        cart(cluster, "orders");
        cart.call(new Cart.CheckOut());
        assertThat(cart.call(new Cart.Items())).containsExactly("now");
        cluster.advance(Duration.ofMinutes(59));
        assertThat(cart.call(new Cart.Items())).containsExactly("now");
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cart.call(new Cart.Items())).containsExactly("now", "later");
    }

    @Test
    void aDeadlineIsMetWhenTimePasses(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        CompletableFuture<String> order = cart.callAsync(
                        new Cart.AwaitOrder(), CallOptions.timeout(Duration.ofSeconds(8)))
                .toCompletableFuture();
        cluster.advance(Duration.ofSeconds(7));
        assertThat(order).isNotDone();
        cluster.advance(Duration.ofSeconds(3));
        assertThat(order).isCompletedExceptionally();
        assertThat(order.handle((value, failure) -> failure).join()).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void theBackgroundSyncComesWithItsTime(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        cart.call(new Cart.Add(List.of("book")));
        assertThatThrownBy(() -> cluster.awaitStored(cart)).hasMessageContaining("Time stands still");
        cluster.advance(Duration.ofSeconds(40));
        cluster.awaitStored(cart);
        assertThat(cluster.storedJson("k").orElseThrow()).contains("book");
    }

    @Test
    void nodesGoOnServingForHalfADay(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        cluster.advance(Duration.ofHours(12));
        for (int node = 0; node < cluster.size(); node++) {
            assertThat(cluster.servers(node).isReady()).isTrue();
            cluster.servers(node).ref(Cart.TYPE, "k").call(new Cart.Add(List.of("n" + node)));
        }
        assertThat(cart.call(new Cart.Items())).containsExactly("n0", "n1", "n2");
    }

    @Test
    void aCrashIsNoticedWithoutTime(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        int crashed = cluster.crashOwnerOf(cart);
        ServerRef again = cluster.servers((crashed + 1) % 3).ref(Cart.TYPE, "k");
        assertThat(again.call(new Cart.Items())).isEmpty();
        assertThat(cluster.whereIs(again)).isNotEmpty();
        cluster.restart(crashed);
        assertThat(cluster.servers(crashed).isReady()).isTrue();
    }

    @Test
    void aCallThatWaitsForNothingEndsAtItsRealDeadlineEvenIfNobodyLetsTimePass(TestCluster cluster) {
        ServerRef cart = cart(cluster, "k");
        assertThatThrownBy(() -> cart.call(new Cart.AwaitOrder(), CallOptions.timeout(Duration.ofMillis(100))))
                .isInstanceOfAny(OutcomeUnknownException.class, NotAppliedException.class);
    }

    @Test
    @DurableCluster(servers = Cart.class)
    void realTimeCannotBeAdvanced(TestCluster cluster) {
        assertThatThrownBy(() -> cluster.advance(A_MOMENT)).isInstanceOf(IllegalStateException.class);
    }
}

package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ServerRef;
import io.durableserver.testkit.ClusterConfig;
import io.durableserver.testkit.DurableCluster;
import io.durableserver.testkit.ServerTest;
import io.durableserver.testkit.TestCluster;
import io.durableserver.testkit.TurnResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

// readme: cluster
@DurableCluster(servers = Basket.class)
class BasketTest {
    @ClusterConfig
    static void fakes(TestCluster.Builder cluster) {
        cluster.service(Basket.Prices.class, item -> 10)
                .seed(Basket.TYPE, "old", 1, "{\"items\":[\"lamp\",\"shade\"]}");
    }

    @Test
    void aStoredBasketHasItsPrice(TestCluster cluster, Basket.Prices prices) {
        ServerRef old = cluster.servers(2).ref(Basket.TYPE, "old");
        assertThat((long) old.call(new Basket.Total())).isEqualTo(2 * prices.of("lamp"));
    }

    @Test
    void anItemSurvivesTheLossOfItsNode(TestCluster cluster) {
        ServerRef basket = cluster.servers(0).ref(Basket.TYPE, "old");
        basket.call(new Basket.Add("bulb"));
        assertThat(cluster.storedJson("old")).contains("{\"items\":[\"lamp\",\"shade\",\"bulb\"]}");
        int crashed = cluster.crashOwnerOf(basket);
        ServerRef again = cluster.servers((crashed + 1) % 3).ref(Basket.TYPE, "old");
        assertThat((int) again.call(new Basket.Add("plug"))).isEqualTo(4);
    }
    // readme: end

    // readme: time
    @Test
    @DurableCluster(servers = Basket.class, virtualTime = true)
    void aBasketIsGivenUpAfterHalfAnHour(TestCluster cluster) {
        ServerRef basket = cluster.servers(0).ref(Basket.TYPE, "old");
        basket.call(new Basket.Add("bulb"));
        cluster.advance(Duration.ofMinutes(29));
        assertThat(cluster.storedJson("old")).isPresent();
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.storedJson("old")).isEmpty();
    }
    // readme: end

    // readme: one
    @Test
    void checkingOutPlacesAnOrder() {
        ServerTest<Basket.State> basket =
                ServerTest.of(Basket.TYPE, new Basket.State(List.of("lamp"))).key("b1");
        TurnResult<Basket.State, String> turn = basket.call(new Basket.CheckOut());
        assertThat(turn.reply()).isEqualTo("thanks");
        assertThat(turn.sent())
                .containsExactly(new TurnResult.Sent("orders", "all", new Basket.Placed("b1", List.of("lamp"))));
        assertThat(turn.json()).isEqualTo("{\"items\":[]}");
    }
    // readme: end
}

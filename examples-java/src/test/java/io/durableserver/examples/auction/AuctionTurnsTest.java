package io.durableserver.examples.auction;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.examples.auction.Auction.Bid;
import io.durableserver.examples.auction.Auction.Close;
import io.durableserver.examples.auction.Auction.State;
import io.durableserver.testkit.ServerTest;
import io.durableserver.testkit.TurnResult;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Single turns of the auction, without a cluster. */
class AuctionTurnsTest {
    private static ServerTest<State> vase() {
        return ServerTest.of(Auction.TYPE, State.of(10, 60_000))
                .key("vase")
                .service(Clock.class, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }

    // readme: turn
    @Test
    void bidIsStoredBeforeItIsAnswered() {
        ServerTest<State> vase = vase();
        TurnResult<State, Long> turn = vase.call(new Bid("ann", 12));
        assertThat(turn.reply()).isEqualTo(12);
        assertThat(turn.metadata()).contains(Map.of("price", "12"));
        assertThat(vase.json()).contains("\"leader\":\"ann\"").doesNotContain("remarks");
    }
    // readme: end

    @Test
    void theEndIsToldToTheHouse() {
        ServerTest<State> vase = vase();
        vase.init();
        assertThat(vase.info(new Close()).sent())
                .extracting(TurnResult.Sent::message)
                .containsExactly(new House.Write("vase is sold for 10"));
        assertThat(vase.info(new Close()).sent()).isEmpty();
    }
}

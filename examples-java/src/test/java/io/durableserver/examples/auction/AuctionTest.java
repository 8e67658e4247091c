package io.durableserver.examples.auction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.CallOptions;
import io.durableserver.RejectedException;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.Termination;
import io.durableserver.TypedRef;
import io.durableserver.examples.auction.Auction.Bid;
import io.durableserver.examples.auction.Auction.Message;
import io.durableserver.examples.auction.Auction.Pay;
import io.durableserver.examples.auction.Auction.Price;
import io.durableserver.examples.auction.Auction.Remark;
import io.durableserver.examples.auction.Auction.Remarks;
import io.durableserver.examples.auction.Auction.Result;
import io.durableserver.examples.auction.Auction.Sold;
import io.durableserver.examples.auction.Auction.State;
import io.durableserver.testkit.ClusterConfig;
import io.durableserver.testkit.DurableCluster;
import io.durableserver.testkit.TestCluster;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The auction on three nodes, in virtual time. */
@Timeout(60)
@DurableCluster(
        servers = {Auction.class, House.class},
        virtualTime = true)
class AuctionTest {
    private static final long CLOSES = Duration.ofMinutes(10).toMillis();

    @ClusterConfig
    static void services(TestCluster.Builder cluster) {
        cluster.service(Clock.class, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .service(Payments.class, (card, amount) -> CompletableFuture.completedFuture(card + " paid " + amount))
                .seed(Auction.TYPE, "clock", 1, "{\"price\":70,\"winner\":\"ann\"}")
                .seed(Auction.TYPE, "stool", 1, "{}");
    }

    @BeforeEach
    void openTheBooks(TestCluster cluster) {
        cluster.servers(0).start(House.TYPE, House.KEY, new House.State(List.of()));
    }

    private static TypedRef<Message> vase(TestCluster cluster) {
        return cluster.servers(1).start(Auction.TYPE, "vase", State.of(10, CLOSES));
    }

    private static List<String> books(TestCluster cluster) {
        return cluster.servers(2).ref(House.TYPE, House.KEY).call(new House.Lines());
    }

    // readme: test
    @Test
    void bidsAreTakenOrRefused(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        assertThat(vase.call(new Bid("ann", 20))).isEqualTo(20);
        RejectedException refused = catchThrowableOfType(RejectedException.class, () -> vase.call(new Bid("bob", 20)));
        assertThat(refused.code()).isEqualTo("TOO_LOW");
        assertThat(refused.details()).isEqualTo(Map.of("price", "20"));
        assertThat(vase.call(new Price())).isEqualTo(20);
        assertThat(vase.location().map(ServerLocation::metadata)).contains(Map.of("price", "20"));
    }

    @Test
    void whoWaitsHearsTheResultWhenTheTimeIsOver(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        vase.call(new Bid("ann", 20));
        CompletableFuture<Sold> result = vase.callAsync(new Result(), FOR_LONG).toCompletableFuture();
        cluster.advance(Duration.ofMinutes(9));
        assertThat(result).isNotDone();
        cluster.advance(Duration.ofMinutes(1));
        assertThat(result.join()).isEqualTo(new Sold(Optional.of("ann"), 20));
        assertThat(books(cluster)).containsExactly("vase is open at 10", "vase is sold for 20");
    }
    // readme: end

    private static final CallOptions FOR_LONG = CallOptions.timeout(Duration.ofHours(1));

    @Test
    void bidOfALostNodeIsThereAndTheTimeGoesOn(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        vase.call(new Bid("ann", 20));
        vase.cast(new Remark("cracked"));
        assertThat(vase.call(new Remarks())).containsExactly("cracked");
        int lost = cluster.crashOwnerOf(vase.untyped());
        TypedRef<Message> again = cluster.servers((lost + 1) % 3).ref(Auction.TYPE, "vase");
        assertThat(again.call(new Price())).isEqualTo(20);
        assertThat(again.call(new Remarks())).as("never stored").isEmpty();
        cluster.advance(Duration.ofMinutes(10));
        assertThat(again.call(new Result())).isEqualTo(new Sold(Optional.of("ann"), 20));
    }

    @Test
    void queriesWriteNothing(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        Optional<Long> writes = vase.info().map(ServerInfo::writes);
        assertThat(vase.call(new Price())).isEqualTo(10);
        cluster.advance(Duration.ofMinutes(1));
        assertThat(vase.info().map(ServerInfo::writes)).isEqualTo(writes);
    }

    @Test
    void paymentIsTakenOnceTheAuctionIsOver(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        assertThat(catchThrowableOfType(RejectedException.class, () -> vase.call(new Pay("visa")))
                        .code())
                .isEqualTo("OPEN");
        cluster.advance(Duration.ofMinutes(10));
        assertThat(vase.call(new Pay("visa"))).isEqualTo("visa paid 10");
        assertThat(vase.call(new Pay("other"))).isEqualTo("visa paid 10");
        assertThat(catchThrowableOfType(RejectedException.class, () -> vase.call(new Bid("bob", 90)))
                        .code())
                .isEqualTo("CLOSED");
    }

    @Test
    void auctionsOfTheOldReleaseAreOver(TestCluster cluster) {
        TypedRef<Message> clock = cluster.servers(2).ref(Auction.TYPE, "clock");
        assertThat(clock.call(new Result())).isEqualTo(new Sold(Optional.of("ann"), 70));
        assertThat(cluster.servers(0).ref(Auction.TYPE, "stool").call(new Result()))
                .isEqualTo(new Sold(Optional.empty(), 0));
    }

    @Test
    void liveAuctionIsUpgradedInPlace(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        vase.cast(new Remark("cracked"));
        for (int node = 0; node < cluster.size(); node++) {
            cluster.servers(node).admin().upgrade(Auction.TYPE.version(3));
        }
        assertThat(vase.call(new Remarks())).as("kept in memory").containsExactly("cracked");
        vase.call(new Bid("ann", 11));
        assertThat(vase.info().map(ServerInfo::schemaVersion)).contains(3);
    }

    @Test
    void idleAuctionThatIsOverLeavesAndComesBack(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        cluster.advance(Duration.ofMinutes(10));
        cluster.advance(Duration.ofHours(1));
        assertThat(vase.location()).isEmpty();
        assertThat(books(cluster)).last().asString().startsWith("vase left after");
        assertThat(vase.call(new Price())).isEqualTo(10);
    }

    @Test
    void whoWaitsIsSentAwayWhenTheAuctionIsMoved(TestCluster cluster) {
        TypedRef<Message> vase = vase(cluster);
        CompletableFuture<Sold> result = vase.callAsync(new Result(), FOR_LONG).toCompletableFuture();
        assertThat(vase.call(new Price())).isEqualTo(10);
        assertThat(vase.terminate(Termination.GRACEFUL)).isTrue();
        assertThat(catchThrowableOfType(CompletionException.class, result::join))
                .hasCauseInstanceOf(RejectedException.class);
        assertThat(books(cluster)).last().asString().endsWith("1 sent away");
    }

    @Test
    void itemWithoutAPriceIsNotSold(TestCluster cluster) {
        assertThat(catchThrowableOfType(
                                RejectedException.class,
                                () -> cluster.servers(0).start(Auction.TYPE, "dust", State.of(-1, CLOSES)))
                        .code())
                .isEqualTo("NO_PRICE");
        assertThat(cluster.servers(0).admin().info("dust")).isEmpty();
    }
}

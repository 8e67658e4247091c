package io.durableserver.ignite.around;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoveryPlacesTest {
    /** As of a node that listens at 0.0.0.0. */
    private static final List<InetSocketAddress> EVERYWHERE =
            List.of(at("127.0.0.1", 47_500), at("::1", 47_500), at("10.0.0.2", 47_500), at("172.17.0.1", 47_500));

    private static final List<InetSocketAddress> LOOPBACK = List.of(at("127.0.0.1", 47_501));

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    @Test
    void nobodyIsToldALoopbackAddressWhereThereAreOthers() {
        assertThat(DiscoveryPlaces.outward(EVERYWHERE, true)).containsExactly("10.0.0.2:47500", "172.17.0.1:47500");
        assertThat(DiscoveryPlaces.outward(EVERYWHERE, false)).containsExactly("10.0.0.2:47500", "172.17.0.1:47500");
        assertThat(DiscoveryPlaces.outward(LOOPBACK, true)).containsExactly("127.0.0.1:47501");
        assertThat(DiscoveryPlaces.outward(LOOPBACK, false)).isEmpty();
    }

    @Test
    void aNodeIsWhoAnswersAtEachOfItsAddressesAndOnItsHostAtLoopbackOnes() {
        assertThat(DiscoveryPlaces.isOf(EVERYWHERE, true, at("127.0.0.1", 47_500)))
                .isTrue();
        assertThat(DiscoveryPlaces.isOf(EVERYWHERE, true, at("127.0.1.1", 47_500)))
                .as("what a host's own name often is")
                .isTrue();
        assertThat(DiscoveryPlaces.isOf(EVERYWHERE, true, at("127.0.0.1", 47_501)))
                .isFalse();
        assertThat(DiscoveryPlaces.isOf(EVERYWHERE, false, at("127.0.0.1", 47_500)))
                .isFalse();
        assertThat(DiscoveryPlaces.isOf(EVERYWHERE, false, at("10.0.0.2", 47_500)))
                .isTrue();
        assertThat(DiscoveryPlaces.isOf(EVERYWHERE, true, at("10.0.0.3", 47_500)))
                .isFalse();
        assertThat(DiscoveryPlaces.isOf(LOOPBACK, true, at("127.0.0.1", 47_501)))
                .isTrue();
        assertThat(DiscoveryPlaces.isOf(LOOPBACK, true, at("127.0.0.2", 47_501)))
                .as("another node on this host")
                .isFalse();
    }
}

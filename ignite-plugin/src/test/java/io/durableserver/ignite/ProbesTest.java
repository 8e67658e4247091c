package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProbesTest {
    private static final long MILLIS = 200;
    private static final int DEAD = 15_000;

    /** What is asked there gets no answer until the test is over. */
    private final CountDownLatch over = new CountDownLatch(1);

    private Probes probes() {
        return new Probes(
                MILLIS,
                place -> isDead(place) ? hang(List.of()) : Company.parse(place),
                address -> address.getPort() < DEAD ? hang(false) : address.getPort() % 2 == 0);
    }

    private static boolean isDead(String place) {
        return place.startsWith("dead");
    }

    private <T> T hang(T answer) {
        try {
            over.await();
        } catch (InterruptedException e) {
            // As a connection does that is being made: it is not interrupted, and ends by itself. Here with the test.
            Thread.currentThread().interrupt();
        }
        return answer;
    }

    private static List<InetSocketAddress> ports(int from, int count) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int port = from; port < from + count; port++) {
            addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        return addresses;
    }

    @Test
    void hostsThatAreGoneDoNotHideThoseThatAreThere() throws InterruptedException {
        try (Probes probes = probes()) {
            List<InetSocketAddress> asked = ports(1, 10);
            asked.addAll(ports(DEAD, 3));
            assertThat(probes.answering(asked))
                    .containsExactlyInAnyOrder(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), DEAD),
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), DEAD + 2));
            over.countDown();
        }
    }

    @Test
    void whatCouldNotBeAskedIsAskedFirstTheNextTime() throws InterruptedException {
        try (Probes probes = probes()) {
            List<InetSocketAddress> asked = ports(1, 100);
            asked.addAll(ports(DEAD, 1));
            int looks = 1;
            while (probes.answering(asked).isEmpty()) {
                assertThat(looks++).as("looks").isLessThan(20);
            }
            assertThat(looks).isGreaterThan(1);
            over.countDown();
        }
    }

    @Test
    void namesThatAreNotResolvedTakeNothingFromTheOthers() throws InterruptedException {
        try (Probes probes = probes()) {
            assertThat(probes.resolve(List.of("dead1:1", "dead2:1", "127.0.0.1:4..5", "[::1]:6", "127.0.0.2:7"))
                            .values())
                    .containsExactlyInAnyOrder(
                            Set.of("127.0.0.1:4"), Set.of("127.0.0.1:5"), Set.of("[::1]:6"), Set.of("127.0.0.2:7"));
            over.countDown();
        }
    }
}

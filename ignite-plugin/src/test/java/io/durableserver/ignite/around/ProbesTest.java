package io.durableserver.ignite.around;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProbesTest {
    private static final long PATIENCE_MILLIS = 50_000;
    private static final int LIVING = 15_000;

    private volatile CountDownLatch look = new CountDownLatch(1);

    /** What is dead hangs until this many that live were asked. */
    private static Probes probes(long millis, int living) {
        CountDownLatch asked = new CountDownLatch(living);
        return new Probes(
                millis,
                place -> {
                    if (place.startsWith("dead")) {
                        await(asked);
                        return List.of();
                    }
                    asked.countDown();
                    return Company.parse(place);
                },
                address -> {
                    if (address.getPort() < LIVING) {
                        await(asked);
                        return false;
                    }
                    asked.countDown();
                    return address.getPort() % 2 == 0;
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        try (Probes probes = probes(PATIENCE_MILLIS, 3)) {
            List<InetSocketAddress> asked = ports(1, 10);
            asked.addAll(ports(LIVING, 3));
            assertThat(probes.answering(asked))
                    .extracting(InetSocketAddress::getPort)
                    .containsExactlyInAnyOrder(LIVING, LIVING + 2);
        }
    }

    @Test
    void whatCouldNotBeAskedIsAskedFirstTheNextTime() throws InterruptedException {
        // As a connection that is being made: no interrupt ends it.
        Predicate<InetSocketAddress> accepts = address -> address.getPort() >= LIVING || !Uninterruptibly.await(look);
        try (Probes probes = new Probes(500, Company::parse, accepts)) {
            List<InetSocketAddress> asked = ports(1, 20);
            asked.addAll(ports(LIVING, 1));
            assertThat(probes.answering(asked)).as("its turn has not come").isEmpty();
            Set<InetSocketAddress> answering = Set.of();
            while (answering.isEmpty()) {
                CountDownLatch before = look;
                look = new CountDownLatch(1);
                before.countDown();
                answering = probes.answering(asked);
            }
            look.countDown();
            assertThat(answering).containsExactlyElementsOf(ports(LIVING, 1));
        }
    }

    private static final class Uninterruptibly {
        static boolean await(CountDownLatch latch) {
            while (true) {
                try {
                    latch.await();
                    return true;
                } catch (InterruptedException e) {
                    // It goes on.
                }
            }
        }
    }

    @Test
    void namesThatAreNotResolvedTakeNothingFromTheOthers() throws InterruptedException {
        try (Probes probes = probes(PATIENCE_MILLIS, 3)) {
            assertThat(probes.resolve(List.of("dead1:1", "dead2:1", "127.0.0.1:4..5", "[::1]:6", "127.0.0.2:7"))
                            .values())
                    .containsExactlyInAnyOrder(
                            Set.of("127.0.0.1:4"), Set.of("127.0.0.1:5"), Set.of("[::1]:6"), Set.of("127.0.0.2:7"));
        }
    }

    /** They may come from the store. */
    @Test
    void addressesThatAreNoneTakeNothingFromTheOthers() throws InterruptedException {
        try (Probes probes = probes(PATIENCE_MILLIS, 0)) {
            assertThat(probes.resolve(List.of("127.0.0.1:99999", "127.0.0.1:x", "127.0.0.1:4"))
                            .values())
                    .containsExactly(Set.of("127.0.0.1:4"));
        }
    }
}

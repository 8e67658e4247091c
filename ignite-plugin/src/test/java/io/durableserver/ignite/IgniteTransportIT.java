package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ignite.transport.FrameChannel;
import io.durableserver.ignite.transport.IgniteTransport;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IgniteTransportIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestCluster cluster = new TestCluster(18_100);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void messagesOfEachSenderThreadArriveInOrderAndManyShareAFrame() throws InterruptedException {
        List<Cluster> nodes = cluster.start("a", "b", "c");
        int threads = 8;
        int perThread = 12_500;
        Order atB = new Order(threads);
        Order atC = new Order(threads);
        nodes.get(1).transport().onMessage((from, message) -> atB.add(message));
        nodes.get(2).transport().onMessage((from, message) -> atC.add(message));

        IgniteTransport sender = (IgniteTransport) nodes.get(0).transport();
        long start = System.nanoTime();
        List<Thread> senders = IntStream.range(0, threads)
                .mapToObj(thread -> new Thread(() -> {
                    for (int i = 0; i < perThread; i++) {
                        byte[] message =
                                ByteBuffer.allocate(64).putInt(thread).putInt(i).array();
                        sendPatiently(sender, TestCluster.self(nodes.get(1)), message);
                        sendPatiently(sender, TestCluster.self(nodes.get(2)), message);
                    }
                }))
                .toList();
        senders.forEach(Thread::start);
        for (Thread thread : senders) {
            thread.join();
        }
        int expected = threads * perThread;
        TestCluster.await("all messages", () -> atB.count.get() == expected && atC.count.get() == expected);
        long perSecond = 2L * expected * 1_000_000_000L / (System.nanoTime() - start);
        System.out.printf(
                "transport: %,d messages/s, %,d messages in %,d frames%n",
                perSecond, 2 * expected, sender.framesSent());
        assertThat(atB.outOfOrder.get() + atC.outOfOrder.get()).isZero();
        assertThat(sender.framesSent()).isLessThan(expected / 4);
    }

    private static void sendPatiently(IgniteTransport transport, Session to, byte[] message) {
        while (!transport.send(to, message)) {
            Thread.onSpinWait();
        }
    }

    private static final class Order {
        private final int[] next;
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicInteger outOfOrder = new AtomicInteger();

        Order(int threads) {
            next = new int[threads];
        }

        void add(byte[] message) {
            ByteBuffer buffer = ByteBuffer.wrap(message);
            int thread = buffer.getInt();
            if (next[thread]++ != buffer.getInt()) {
                outOfOrder.incrementAndGet();
            }
            count.incrementAndGet();
        }
    }

    @Test
    void aSlowReceiverFillsTheQueueOfItsSenderAndNothingIsLostThen() {
        List<Cluster> nodes = cluster.start("a", "b", "c");
        CountDownLatch open = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        nodes.get(1).transport().onMessage((from, message) -> {
            awaitQuietly(open);
            received.incrementAndGet();
        });
        AtomicInteger others = new AtomicInteger();
        nodes.get(2).transport().onMessage((from, message) -> others.incrementAndGet());
        byte[] message = new byte[64 << 10];
        int accepted = 0;
        while (nodes.get(0).transport().send(TestCluster.self(nodes.get(1)), message)) {
            accepted++;
            assertThat(accepted).as("the queue has a bound").isLessThan(10_000);
        }

        // Others are not held up.
        assertThat(nodes.get(0).transport().send(TestCluster.self(nodes.get(2)), message))
                .isTrue();
        TestCluster.await("message to another node", () -> others.get() == 1);

        open.countDown();
        int expected = accepted;
        TestCluster.await("what was accepted arrives", () -> received.get() == expected);
        assertThat(nodes.get(0).transport().send(TestCluster.self(nodes.get(1)), message))
                .isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void messagesToOneselfAndToStrangers() {
        Cluster node = cluster.start(new String[] {"a"}).get(0);
        List<String> received = new CopyOnWriteArrayList<>();
        node.transport()
                .onMessage((from, message) -> received.add(from + " " + new String(message, StandardCharsets.UTF_8)));
        assertThat(node.transport().send(TestCluster.self(node), text("hello"))).isTrue();
        assertThat(node.transport().send(TestCluster.strange(), text("lost"))).isTrue();
        TestCluster.await("own message", () -> received.equals(List.of(TestCluster.self(node) + " hello")));
    }

    @Test
    void aMalformedFrameOrAFailingHandlerDoesNotStopTheReceiver() {
        List<Cluster> nodes = cluster.start("a", "b");
        AtomicInteger received = new AtomicInteger();
        nodes.get(1).transport().onMessage((from, message) -> {
            if (received.incrementAndGet() == 1) {
                throw new IllegalStateException("first message");
            }
        });
        Session b = TestCluster.self(nodes.get(1));
        try (FrameChannel raw = new FrameChannel(
                cluster.node("a").ignite(), "durableserver:" + TestCluster.PREFIX, (from, frame) -> {})) {
            assertThat(raw.send(UUID.fromString(b.incarnation()), new byte[] {9, 9, 9}))
                    .isTrue();
        }
        nodes.get(0).transport().send(TestCluster.self(nodes.get(1)), text("1"));
        nodes.get(0).transport().send(TestCluster.self(nodes.get(1)), text("2"));
        TestCluster.await("both messages", () -> received.get() == 2);
    }

    @Test
    void requestsAreAnsweredWithoutHoldingThreads() {
        List<Cluster> nodes = cluster.start("a", "b");
        CompletableFuture<byte[]> gate = new CompletableFuture<>();
        AtomicInteger running = new AtomicInteger();
        nodes.get(1).transport().onRequest((from, request) -> {
            running.incrementAndGet();
            return gate.thenApply(ignored -> text(from.node() + ":" + new String(request, StandardCharsets.UTF_8)));
        });
        // Many more than there are threads in the pool.
        List<CompletionStage<byte[]>> answers = IntStream.range(0, 100)
                .mapToObj(i -> nodes.get(0).transport().request(TestCluster.self(nodes.get(1)), text("r" + i), LONG))
                .toList();
        TestCluster.await("all requests run at the same time", () -> running.get() == 100);
        gate.complete(new byte[0]);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(new String(TestCluster.get(answers.get(i)), StandardCharsets.UTF_8))
                    .isEqualTo(TestCluster.self(nodes.get(0)).node() + ":r" + i);
        }
    }

    @Test
    void requestsThatFailSayWhatIsKnown() {
        List<Cluster> nodes = cluster.start("a", "b");
        Session b = TestCluster.self(nodes.get(1));
        var transport = nodes.get(0).transport();
        assertThatThrownBy(() -> TestCluster.get(transport.request(b, text("x"), LONG)))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        e -> assertThat(e.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY));

        Map<String, CompletionStage<byte[]>> answers = Map.of(
                "typed",
                        CompletableFuture.failedFuture(new NotAppliedException(
                                NotAppliedException.Reason.CORDONED, "Cordoned", Map.of("key", "k"))),
                "foreign", CompletableFuture.failedFuture(new IllegalStateException("broken")),
                "never", new CompletableFuture<>());
        nodes.get(1).transport().onRequest((from, request) -> {
            String name = new String(request, StandardCharsets.UTF_8);
            CompletionStage<byte[]> answer = answers.get(name);
            if (answer == null) {
                throw new IllegalArgumentException(name);
            }
            return answer;
        });
        assertThatThrownBy(() -> TestCluster.get(transport.request(b, text("typed"), LONG)))
                .isInstanceOf(NotAppliedException.class)
                .hasMessage("[CORDONED] Cordoned {key=k}");
        assertThatThrownBy(() -> TestCluster.get(transport.request(b, text("foreign"), LONG)))
                .isInstanceOfSatisfying(
                        HandlerFailedException.class,
                        e -> assertThat(e.errorType()).isEqualTo(IllegalStateException.class.getName()));
        assertThatThrownBy(() -> TestCluster.get(transport.request(b, text("thrown"), LONG)))
                .isInstanceOf(HandlerFailedException.class);
        assertThatThrownBy(() -> TestCluster.get(transport.request(b, text("never"), Duration.ofMillis(200))))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        e -> assertThat(e.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE));
        assertThatThrownBy(() -> TestCluster.get(transport.request(TestCluster.strange(), text("x"), LONG)))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        e -> assertThat(e.reason()).isEqualTo(NotAppliedException.Reason.NO_ELIGIBLE_NODE));
        CompletionStage<byte[]> lost = transport.request(b, text("never"), LONG);
        cluster.stop("b");
        assertThatThrownBy(() -> TestCluster.get(lost))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        e -> assertThat(e.reason()).isEqualTo(OutcomeUnknownException.Reason.OWNER_LOST));
    }
}

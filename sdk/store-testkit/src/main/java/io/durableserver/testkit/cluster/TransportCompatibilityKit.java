package io.durableserver.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of {@link Transport} as a JUnit 5 suite: subclass it and say how to open a cluster. */
public abstract class TransportCompatibilityKit extends ClusterKit {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int FLOOD = 150_000;

    private record Received(Session from, String message) {}

    /** What a node gets from now on. */
    private static List<Received> receive(Cluster node) {
        List<Received> received = Collections.synchronizedList(new ArrayList<>());
        node.transport().onMessage((from, message) -> received.add(new Received(from, text(message))));
        return received;
    }

    private static List<String> from(Cluster sender, List<Received> received) {
        synchronized (received) {
            return received.stream()
                    .filter(each -> each.from().equals(self(sender)))
                    .map(Received::message)
                    .toList();
        }
    }

    private static List<String> numbered(int count) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add("m" + i);
        }
        return messages;
    }

    /** Answers requests with their bytes in reverse. */
    private static void reverse(Cluster node) {
        node.transport().onRequest((from, request) -> CompletableFuture.completedFuture(reversed(request)));
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = bytes.clone();
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    private void fails(CompletionStage<byte[]> request, Class<? extends Throwable> with) {
        CompletableFuture<byte[]> end = done(request);
        assertThatThrownBy(end::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(with);
    }

    @Test
    void messagesArriveOnceAndInOrderPerPair() {
        List<Cluster> nodes = nodes("a", "b", "c");
        List<Received> received = receive(nodes.get(1));
        receive(nodes.get(0));
        receive(nodes.get(2));
        List<String> messages = numbered(500);
        for (String message : messages) {
            for (Cluster sender : nodes) {
                assertThat(sender.transport().send(self(nodes.get(1)), bytes(message)))
                        .isTrue();
            }
        }
        await("all messages", () -> received.size() >= 1_500);
        aMoment();
        for (Cluster sender : nodes) {
            assertThat(from(sender, received)).isEqualTo(messages);
        }
        assertThat(received).hasSize(1_500);
    }

    @Test
    void aSenderIsTheObjectOfTheView() {
        List<Cluster> nodes = nodes("a", "b");
        List<Received> received = receive(nodes.get(1));
        receive(nodes.get(0));
        assertThat(nodes.get(0).transport().send(self(nodes.get(1)), bytes("m")))
                .isTrue();
        await("the message", () -> !received.isEmpty());
        Session from = received.get(0).from();
        assertThat(nodes.get(1).membership().intern(from)).isSameAs(from);
        assertThat(from).isEqualTo(self(nodes.get(0)));
    }

    @Test
    void aMessageToASessionThatIsGoneIsDropped() {
        List<Cluster> nodes = nodes("a", "b");
        receive(nodes.get(0));
        List<Received> received = receive(nodes.get(1));
        Session gone = self(nodes.get(1));
        assertThat(nodes.get(0).transport().send(stranger(), bytes("m"))).isTrue();
        cluster().stop(nodes.get(1));
        await("it is gone", () -> !nodes.get(0).membership().view().contains(gone));
        assertThat(nodes.get(0).transport().send(gone, bytes("m"))).isTrue();
        Cluster again = cluster().start("b");
        List<Received> receivedAgain = receive(again);
        assertThat(nodes.get(0).transport().send(self(again), bytes("new"))).isTrue();
        await("the message to the new session", () -> !receivedAgain.isEmpty());
        assertThat(from(nodes.get(0), receivedAgain)).containsExactly("new");
        assertThat(received).isEmpty();
    }

    /** A receiver that is held up fills a queue, which says so; whatever was taken arrives. */
    @Test
    void aFullQueueSaysNoAndLosesNothingItTook() {
        List<Cluster> nodes = nodes("a", "b");
        receive(nodes.get(0));
        CountDownLatch free = new CountDownLatch(cluster().hasThreads() ? 1 : 0);
        List<Integer> received = Collections.synchronizedList(new ArrayList<>());
        nodes.get(1).transport().onMessage((from, message) -> {
            uninterrupted(free);
            received.add(Integer.parseInt(text(Arrays.copyOf(message, 8))));
        });
        int taken = 0;
        try {
            while (taken < FLOOD && nodes.get(0).transport().send(self(nodes.get(1)), padded(taken))) {
                taken++;
            }
        } finally {
            free.countDown();
        }
        assertThat(taken).as("taken before the queue is full").isBetween(1, FLOOD - 1);
        int count = taken;
        await("all that was taken", () -> received.size() >= count);
        aMoment();
        assertThat(received).hasSize(count).isSorted().doesNotHaveDuplicates();
        assertThat(nodes.get(0).transport().send(self(nodes.get(1)), padded(count)))
                .as("there is room again")
                .isTrue();
    }

    private static byte[] padded(int number) {
        return Arrays.copyOf(bytes("%08d".formatted(number)), 512);
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("never let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void requestsAreAnsweredByWhomTheyWereSentTo() {
        List<Cluster> nodes = nodes("a", "b");
        reverse(nodes.get(0));
        nodes.get(1)
                .transport()
                .onRequest((from, request) ->
                        CompletableFuture.completedFuture(bytes("b got " + text(request) + " from " + from.node())));
        Transport a = nodes.get(0).transport();
        assertThat(text(get(a.request(self(nodes.get(1)), bytes("x"), LONG))))
                .isEqualTo("b got x from " + self(nodes.get(0)).node());
        assertThat(text(get(a.request(self(nodes.get(0)), bytes("abc"), LONG)))).isEqualTo("cba");
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 7);
        large[0] = 1;
        assertThat(get(nodes.get(1).transport().request(self(nodes.get(0)), large, LONG)))
                .isEqualTo(reversed(large));
    }

    @Test
    void aRequestToASessionThatIsNotThereWasNotApplied() {
        List<Cluster> nodes = nodes("a");
        reverse(nodes.get(0));
        fails(nodes.get(0).transport().request(stranger(), bytes("x"), LONG), NotAppliedException.class);
    }

    @Test
    void aRequestWithoutAnAnswerEndsUnknownWhenItsTimeIsOver() {
        List<Cluster> nodes = nodes("a", "b");
        nodes.get(1).transport().onRequest((from, request) -> new CompletableFuture<>());
        fails(
                nodes.get(0).transport().request(self(nodes.get(1)), bytes("x"), Duration.ofMillis(200)),
                OutcomeUnknownException.class);
    }

    /** What is known of it differs; that nothing was done is never claimed. */
    @Test
    void aRequestThatFailsAtTheOtherSideEndsWithAnErrorAndNotAsNotApplied() {
        List<Cluster> nodes = nodes("a", "b");
        nodes.get(1)
                .transport()
                .onRequest((from, request) -> CompletableFuture.failedFuture(new IllegalStateException("on purpose")));
        CompletableFuture<byte[]> end = done(nodes.get(0).transport().request(self(nodes.get(1)), bytes("x"), LONG));
        assertThatThrownBy(end::join)
                .hasCauseInstanceOf(DurableServerException.class)
                .cause()
                .isNotInstanceOf(NotAppliedException.class);
    }

    @Test
    void aRequestThatASessionLeavesOpenEndsUnknownWithIt() {
        List<Cluster> nodes = nodes("a", "b");
        List<byte[]> asked = Collections.synchronizedList(new ArrayList<>());
        nodes.get(1).transport().onRequest((from, request) -> {
            asked.add(request);
            return new CompletableFuture<>();
        });
        CompletionStage<byte[]> open = nodes.get(0).transport().request(self(nodes.get(1)), bytes("x"), LONG);
        await("it is asked", () -> !asked.isEmpty());
        cluster().stop(nodes.get(1));
        fails(open, OutcomeUnknownException.class);
    }
}

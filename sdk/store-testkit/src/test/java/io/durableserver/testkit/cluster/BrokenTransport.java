package io.durableserver.testkit.cluster;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A transport with one mistake. */
final class BrokenTransport implements Transport {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final Cluster node;
    private final Transport whole;
    private final Mistake mistake;
    private final Map<Session, List<byte[]>> held = new HashMap<>();
    private int count;

    BrokenTransport(Cluster node, Mistake mistake) {
        this.node = node;
        this.whole = node.transport();
        this.mistake = mistake;
    }

    @Override
    public void onMessage(MessageHandler handler) {
        whole.onMessage(
                mistake == Mistake.SENDER_IS_ANOTHER_OBJECT
                        ? (from, message) -> handler.receive(new Session(from.node(), from.incarnation()), message)
                        : handler);
    }

    @Override
    public void onRequest(RequestHandler handler) {
        whole.onRequest(handler);
    }

    @Override
    public synchronized boolean send(Session to, byte[] message) {
        boolean seventh = ++count % 7 == 0;
        switch (mistake) {
            case LOSES_A_MESSAGE -> {
                return seventh || whole.send(to, message);
            }
            case REPEATS_A_MESSAGE -> {
                return whole.send(to, message) && (!seventh || whole.send(to, message));
            }
            case SWAPS_MESSAGES -> {
                return swapped(to, message, seventh);
            }
            case DROPS_WHEN_FULL -> {
                return whole.send(to, message) || count < 140_000;
            }
            case REFUSES_MESSAGES_TO_THE_GONE -> {
                return node.membership().view().contains(to) && whole.send(to, message);
            }
            default -> {
                return whole.send(to, message);
            }
        }
    }

    private boolean swapped(Session to, byte[] message, boolean hold) {
        List<byte[]> before = held.computeIfAbsent(to, session -> new ArrayList<>());
        if (hold && before.isEmpty()) {
            before.add(message);
            return true;
        }
        boolean sent = whole.send(to, message);
        before.forEach(late -> whole.send(to, late));
        before.clear();
        return sent;
    }

    @Override
    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        boolean present = node.membership().view().contains(to);
        if (mistake == Mistake.REFUSES_NO_REQUEST && !present) {
            return CompletableFuture.failedFuture(new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.OWNER_LOST, "Nobody knows", Map.of("to", to)));
        }
        if (mistake == Mistake.WAITS_FOR_THE_GONE && present) {
            CompletableFuture<byte[]> end = new CompletableFuture<>();
            whole.request(to, request, timeout).whenComplete((answer, failure) -> {
                if (failure == null || node.membership().view().contains(to)) {
                    if (failure == null) {
                        end.complete(answer);
                    } else {
                        end.completeExceptionally(failure);
                    }
                }
            });
            return end;
        }
        return whole.request(to, request, mistake == Mistake.IGNORES_THE_TIMEOUT ? FOR_EVER : timeout);
    }
}

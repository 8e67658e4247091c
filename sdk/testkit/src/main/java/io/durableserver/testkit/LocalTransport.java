package io.durableserver.testkit;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Messages of one node of a cluster in this JVM. */
final class LocalTransport implements Transport {
    /** Messages that may wait for one node. */
    private static final int MAX_WAITING = 100_000;

    private record Pending(Session to, CompletableFuture<byte[]> answer) {}

    private final LocalNetwork network;
    private final LocalNode node;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private volatile @Nullable MessageHandler messages;
    private volatile @Nullable RequestHandler requests;

    LocalTransport(LocalNetwork network, LocalNode node) {
        this.network = network;
        this.node = node;
    }

    @Override
    public void onMessage(MessageHandler handler) {
        messages = handler;
    }

    @Override
    public void onRequest(RequestHandler handler) {
        requests = handler;
    }

    @Override
    public boolean send(Session to, byte[] message) {
        LocalNode target = network.find(to);
        return target == null || !node.isAlive() || target.transport().receive(node.session(), message.clone());
    }

    private boolean receive(Session from, byte[] message) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        node.wire(() -> {
            waiting.decrementAndGet();
            MessageHandler handler = messages;
            if (handler != null) {
                handler.receive(from, message);
            }
        });
        return true;
    }

    @Override
    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        LocalNode target = network.find(to);
        if (target == null || !node.isAlive()) {
            return CompletableFuture.failedFuture(new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY, "The session is not in the cluster", Map.of("to", to)));
        }
        Pending mine = new Pending(to, new CompletableFuture<>());
        pending.add(mine);
        Registration deadline =
                node.scheduler().schedule(timeout, () -> fail(mine, OutcomeUnknownException.Reason.DEADLINE));
        CompletionStage<byte[]> end = mine.answer();
        end.whenComplete((answer, failure) -> {
            pending.remove(mine);
            deadline.close();
        });
        byte[] copy = request.clone();
        target.wire(() -> target.transport().answer(node, mine, copy));
        if (network.find(to) == null) {
            fail(mine, OutcomeUnknownException.Reason.OWNER_LOST);
        }
        return mine.answer();
    }

    private void answer(LocalNode asker, Pending question, byte[] request) {
        RequestHandler handler = requests;
        if (handler == null) {
            asker.wire(() -> fail(question, OutcomeUnknownException.Reason.OWNER_LOST));
            return;
        }
        handler.handle(asker.session(), request).whenComplete((answer, failure) -> {
            if (node.isAlive()) {
                asker.wire(() -> {
                    if (failure == null) {
                        question.answer().complete(answer);
                    } else {
                        fail(question, OutcomeUnknownException.Reason.REPLY_UNREADABLE);
                    }
                });
            }
        });
    }

    void lost(Session session) {
        pending.stream()
                .filter(question -> question.to().equals(session))
                .forEach(question -> fail(question, OutcomeUnknownException.Reason.OWNER_LOST));
    }

    private static void fail(Pending question, OutcomeUnknownException.Reason reason) {
        question.answer()
                .completeExceptionally(
                        new OutcomeUnknownException(reason, "No answer to the request", Map.of("to", question.to())));
    }
}

package io.durableserver.testkit.sim;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Messages of one process. Messages of a pair keep their order; requests overtake each other and everything else. */
final class SimTransport implements Transport {
    private static final long RETRY_NANOS = 10_000_000;

    private final Simulation simulation;
    private final SimNode node;
    private final Set<Pending> pending = new LinkedHashSet<>();
    private @Nullable MessageHandler messages;
    private @Nullable RequestHandler requests;

    SimTransport(Simulation simulation, SimNode node) {
        this.simulation = simulation;
        this.node = node;
        simulation.network().started(node);
    }

    /** A request that waits for its answer. */
    private static final class Pending {
        final Session to;
        final CompletableFuture<byte[]> answer = new CompletableFuture<>();

        @Nullable
        Registration deadline;

        Pending(Session to) {
            this.to = to;
        }
    }

    @Override
    public void onMessage(MessageHandler handler) {
        messages = handler;
    }

    @Override
    public void onRequest(RequestHandler handler) {
        requests = handler;
    }

    boolean isListening() {
        return messages != null;
    }

    void received(Session from, byte[] message) {
        MessageHandler handler = messages;
        if (handler != null) {
            handler.receive(from, message);
        }
    }

    @Override
    public boolean send(Session to, byte[] message) {
        simulation.network().sent(node, message);
        SimNode target = simulation.network().process(to);
        if (target == null || target.isDead()) {
            return true;
        }
        return simulation.network().link(node, target).send(message.clone());
    }

    @Override
    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        SimNode target = simulation.network().process(to);
        if (target == null || !node.membership().view().contains(to)) {
            return CompletableFuture.failedFuture(new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY, "The session is not in the cluster", Map.of("to", to)));
        }
        Pending mine = new Pending(to);
        pending.add(mine);
        mine.deadline = node.cluster().scheduler().schedule(timeout, () -> {
            if (pending.remove(mine)) {
                mine.answer.completeExceptionally(unknown(OutcomeUnknownException.Reason.DEADLINE, to));
            }
        });
        byte[] copy = request.clone();
        simulation.after(target, latency(), () -> deliver(mine, target, copy));
        return mine.answer;
    }

    /** Runs at the target. */
    private void deliver(Pending mine, SimNode target, byte[] request) {
        RequestHandler handler = target.transport().requests;
        if (simulation.network().isCut(node.name(), target.name())) {
            again(target, () -> deliver(mine, target, request));
        } else if (handler == null
                || target.membership().hasNotSeen(node.session())
                || simulation.network().isSilent(target)) {
            simulation.after(target, RETRY_NANOS, () -> deliver(mine, target, request));
        } else if (!node.isDead() || simulation.random().chance(0.5)) {
            handler.handle(node.session(), request)
                    .whenComplete((answer, failure) ->
                            simulation.after(node, latency(), () -> answered(mine, target, answer, failure)));
        }
    }

    /** Runs at the asker. */
    private void answered(Pending mine, SimNode target, byte @Nullable [] answer, @Nullable Throwable failure) {
        if (simulation.network().isCut(target.name(), node.name())) {
            again(node, () -> answered(mine, target, answer, failure));
        } else if (pending.remove(mine)) {
            if (mine.deadline != null) {
                mine.deadline.close();
            }
            if (answer != null) {
                mine.answer.complete(answer);
            } else {
                simulation.trace("request failed", target.session(), failure);
                mine.answer.completeExceptionally(unknown(OutcomeUnknownException.Reason.REPLY_UNREADABLE, mine.to));
            }
        }
    }

    /** Something that met a cut wire waits until it is mended, or is lost. */
    private void again(SimNode at, Runnable delivery) {
        if (simulation.random().chance(0.9)) {
            simulation.after(at, RETRY_NANOS, delivery);
        }
    }

    /** The cluster lost a session: its answers are not waited for any more. */
    void lost(Session session) {
        for (Pending each : pending.stream().filter(p -> p.to.equals(session)).toList()) {
            pending.remove(each);
            if (each.deadline != null) {
                each.deadline.close();
            }
            each.answer.completeExceptionally(unknown(OutcomeUnknownException.Reason.OWNER_LOST, session));
        }
    }

    private static OutcomeUnknownException unknown(OutcomeUnknownException.Reason reason, Session to) {
        return new OutcomeUnknownException(reason, "No answer to the request", Map.of("to", to));
    }

    private long latency() {
        return simulation.random().nanos(simulation.config().message());
    }
}

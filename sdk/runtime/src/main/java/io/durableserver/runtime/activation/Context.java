package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.Registration;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

/** What user code sees of its activation. */
final class Context<S> implements ServerContext {
    private final Activation<S> activation;
    private final long epoch;

    Context(Activation<S> activation, long epoch) {
        this.activation = activation;
        this.epoch = epoch;
    }

    @Override
    public String key() {
        return activation.key;
    }

    @Override
    public String type() {
        return activation.typeName();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public ServerRef self() {
        return activation.node.ref(type(), key());
    }

    @Override
    public DurableServers servers() {
        return activation.node.servers();
    }

    @Override
    public <T> T service(Class<T> type) {
        Object service = activation.node.config().services().get(type);
        if (service == null) {
            throw ConfigurationException.option("service", type.getName(), "configured on this node");
        }
        return type.cast(service);
    }

    @Override
    public Map<String, String> metadata() {
        return activation.writes.metadata();
    }

    @Override
    public Map<String, String> headers() {
        Turn turn = Turn.current();
        return turn != null && turn.isOf(activation) ? turn.headers() : Map.of();
    }

    @Override
    public void send(Object message) {
        mayAct();
        Envelope mail = toItself(activation, message, headers());
        whenTakenBack(() -> activation.mail.withdraw(mail));
    }

    /** Puts a message into the mailbox. */
    static Envelope toItself(Activation<?> activation, Object message, Map<String, String> headers) {
        if (activation.phase == Phase.LOST) {
            throw activation.refused(Offer.NOT_HERE);
        }
        Slot slot = activation.type.table().info(message.getClass());
        if (slot == null) {
            throw Refusals.noHandler(activation, message);
        }
        Envelope mail = Envelope.oneWay(slot, message, headers);
        Offer offer = activation.offer(mail);
        if (offer != Offer.ACCEPTED) {
            throw activation.refused(offer);
        }
        return mail;
    }

    @Override
    public Registration sendAfter(Duration delay, Object message) {
        mayAct();
        if (activation.type.table().info(message.getClass()) == null) {
            throw Refusals.noHandler(activation, message);
        }
        LaterMail mail = new LaterMail(activation, message);
        Registration timer = activation.timers.arm(activation.node.scheduler(), delay, mail::due);
        whenTakenBack(() -> {
            timer.close();
            mail.takeBack();
        });
        return timer;
    }

    @Override
    public Executor executor() {
        Turn turn = Turn.current();
        Turn.Parts parts = turn == null ? null : turn.parts();
        if (turn == null || parts == null || turn.owner() != activation) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "Only a turn that is open has an executor: that of a handler registered with an ...Async method",
                    Map.of("key", activation.key, "method", "executor"));
        }
        return parts;
    }

    /** What a turn of this server that refuses its message did here is as if it had not been. */
    private void whenTakenBack(Runnable step) {
        Turn turn = Turn.current();
        if (turn != null && !turn.isOver() && turn.owner() == activation) {
            turn.onTakeBack(step);
        }
    }

    /** {@code dump} has the context, and may only compute. */
    private static void mayAct() {
        Turn turn = Turn.current();
        if (turn != null && !turn.isOver()) {
            turn.mayAct();
        }
    }
}

package io.durableserver.runtime.call;

import io.durableserver.Cast;
import io.durableserver.DurableServerException;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Offer;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.wire.Headers;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one-way messages: at most once, dropped with a log line when nobody takes them. */
final class Casts {
    private static final Logger LOG = LoggerFactory.getLogger(Casts.class);

    private final Calls calls;

    Casts(Calls calls) {
        this.calls = calls;
    }

    /**
     * Sends a one-way message; in a turn, with its outputs. One for another node is encoded here, on the thread of whoever
     * sends it: when it leaves, that may be one of the runtime's.
     */
    void cast(RegisteredType<?> type, String key, Cast message, Map<String, String> own) {
        Slot slot = type.table().sent(message.getClass());
        if (slot == null || slot.isCall()) {
            throw Calls.unregistered(type, message);
        }
        Turn turn = Turn.current();
        OneWay cast = new OneWay(type, key, slot, message, Headers.merged(Turn.headersHere(), own));
        if (turn == null) {
            send(cast);
            return;
        }
        turn.mayAct();
        if (calls.passing().encodes() || calls.local(type, key) == null) {
            cast.encode(calls.outgoing());
        }
        turn.add(new Output() {
            @Override
            public void emit() {
                trying(cast, () -> leave(cast));
            }

            @Override
            public void fail(DurableServerException error) {
                LOG.debug("A cast of {} to {} was dropped with its turn", slot.wireName(), key);
            }
        });
    }

    /** From a turn that is over, on any thread. */
    private void leave(OneWay cast) {
        if (taken(cast)) {
            return;
        }
        if (cast.isEncoded()) {
            sendAway(cast);
            return;
        }
        // The server was here when the turn ran.
        try {
            calls.turnStages().execute(() -> trying(cast, () -> send(cast)));
        } catch (RejectedExecutionException closed) {
            dropped(cast, "the node is closed");
        }
    }

    private static void trying(OneWay cast, Runnable step) {
        try {
            step.run();
        } catch (DurableServerException refused) {
            dropped(cast, String.valueOf(refused.getMessage()));
        }
    }

    private static void dropped(OneWay cast, String why) {
        LOG.warn("A cast of {} to {} was dropped: {}", cast.slot().wireName(), cast.key(), why);
    }

    private void send(OneWay cast) {
        if (!taken(cast)) {
            sendAway(cast);
        }
    }

    /** Whether a server on this node took it; throws when its mailbox is full. */
    private boolean taken(OneWay cast) {
        calls.pending().checkOpen();
        Activation<?> activation = calls.local(cast.type(), cast.key());
        Offer offer = activation == null
                ? Offer.NOT_HERE
                : activation.offer(calls.passing().cast(cast));
        if (activation != null && offer == Offer.FULL) {
            throw activation.refused(offer);
        }
        return offer == Offer.ACCEPTED;
    }

    private void sendAway(OneWay cast) {
        String key = cast.key();
        cast.encode(calls.outgoing());
        // It is not here, whatever is remembered: else whoever only casts would never bring it back.
        calls.routing().forget(key, calls.self());
        Session remembered = calls.routing().cached(key);
        if (remembered != null && !remembered.equals(calls.self())) {
            castTo(remembered, cast);
            return;
        }
        calls.routing()
                .locate(cast.type().name(), key, null, calls.defaultDeadline(), List.of())
                .thenAccept(session -> {
                    if (!session.equals(calls.self())) {
                        castTo(session, cast);
                    } else if (!taken(cast)) {
                        dropped(cast, "the server did not take it");
                    }
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        dropped(cast, String.valueOf(Failures.typed(failure).getMessage()));
                    }
                });
    }

    private void castTo(Session session, OneWay cast) {
        byte[] bytes = WireFormat.encode(new Message.CastMessage(
                cast.key(),
                cast.type().name(),
                cast.slot().wireName(),
                cast.encoded(calls.outgoing()),
                cast.headers()));
        if (!calls.outgoing().send(session, bytes)) {
            dropped(cast, "the queue to " + session + " is full");
        }
    }
}

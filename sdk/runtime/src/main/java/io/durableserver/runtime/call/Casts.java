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
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one-way messages: at most once, dropped with a log line when nobody takes them. */
final class Casts {
    private static final Logger LOG = LoggerFactory.getLogger(Casts.class);

    private final Calls calls;

    Casts(Calls calls) {
        this.calls = calls;
    }

    /** Sends a one-way message; in a turn, with its outputs. */
    void cast(RegisteredType<?> type, String key, Cast message) {
        Slot slot = type.table().sent(message.getClass());
        if (slot == null || slot.isCall()) {
            throw Calls.unregistered(type, message);
        }
        Turn turn = Turn.current();
        if (turn == null) {
            castNow(type, key, slot, message);
            return;
        }
        turn.add(new Output() {
            @Override
            public void emit() {
                try {
                    castNow(type, key, slot, message);
                } catch (DurableServerException refused) {
                    LOG.warn("A cast of {} to {} was dropped: {}", slot.wireName(), key, refused.getMessage());
                }
            }

            @Override
            public void fail(DurableServerException error) {
                LOG.debug("A cast of {} to {} was dropped with its turn", slot.wireName(), key);
            }
        });
    }

    private void castNow(RegisteredType<?> type, String key, Slot slot, Cast message) {
        calls.pending().checkOpen();
        Activation<?> activation = calls.local(type, key);
        if (activation != null) {
            Offer offer = activation.offer(calls.passing().cast(slot, message, key));
            if (offer == Offer.FULL) {
                throw activation.refused(offer);
            }
            if (offer == Offer.ACCEPTED) {
                return;
            }
        }
        byte[] payload = calls.outgoing().encode(message, key);
        byte[] bytes = WireFormat.encode(new Message.CastMessage(key, type.name(), slot.wireName(), payload, Map.of()));
        // It is not here, whatever is remembered: else whoever only casts would never bring it back.
        calls.routing().forget(key, calls.self());
        Session remembered = calls.routing().cached(key);
        if (remembered != null && !remembered.equals(calls.self())) {
            castTo(remembered, key, bytes);
            return;
        }
        calls.routing()
                .locate(type.name(), key, null, calls.defaultDeadline(), List.of())
                .whenComplete((session, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "A cast to {} was dropped: {}",
                                key,
                                Failures.typed(failure).getMessage());
                    } else if (session.equals(calls.self())) {
                        Activation<?> here = calls.local(type, key);
                        if (here == null || here.offer(calls.passing().cast(slot, message, key)) != Offer.ACCEPTED) {
                            LOG.warn("A cast to {} was dropped: the server did not take it", key);
                        }
                    } else {
                        castTo(session, key, bytes);
                    }
                });
    }

    private void castTo(Session session, String key, byte[] bytes) {
        if (!calls.outgoing().send(session, bytes)) {
            LOG.warn("A cast to {} was dropped: the queue to {} is full", key, session);
        }
    }
}

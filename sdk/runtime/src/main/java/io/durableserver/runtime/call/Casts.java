package io.durableserver.runtime.call;

import io.durableserver.Cast;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Headers;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.RuntimeHooks.CastOutcome;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Sends one-way messages: at most once, dropped, which is told, when nobody takes them. */
final class Casts {
    private final Way way;
    private final Executor turnStages;
    private final TimeSource time;
    private final long timeoutNanos;

    /** With the executor for what turns of this node left to do, and how long a cast looks for its server. */
    Casts(Way way, Executor turnStages, TimeSource time, Duration timeout) {
        this.way = way;
        this.turnStages = turnStages;
        this.time = time;
        this.timeoutNanos = timeout.toNanos();
    }

    /**
     * Sends a one-way message; in a turn, with its outputs. One for another node is encoded here, on the thread of whoever
     * sends it: when it leaves, that may be one of the runtime's.
     */
    void cast(RegisteredType<?> type, String key, Cast message, Map<String, String> own) {
        Slot slot = Sent.slot(type, message, false);
        Turn turn = Turn.current();
        OneWay cast = new OneWay(type, key, slot, message, Headers.merged(Turn.headersHere(), own));
        if (turn == null) {
            try {
                send(cast);
            } catch (DurableServerException refused) {
                ended(cast, CastOutcome.DROPPED, ErrorCode.of(refused).name());
                throw refused;
            }
            return;
        }
        turn.mayAct();
        if (way.passing().encodes() || way.delivery().find(key, type.name()) == null) {
            cast.encode(way.payloads());
        }
        turn.add(new Output() {
            @Override
            public void emit() {
                trying(cast, () -> leave(cast));
            }

            @Override
            public void fail(DurableServerException error) {
                ended(cast, CastOutcome.WITHDRAWN, "");
                way.facts().tell(new ServerEvent.CastWithdrawn(key, type.name(), slot.wireName()));
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
            turnStages.execute(() -> trying(cast, () -> send(cast)));
        } catch (RejectedExecutionException closed) {
            dropped(cast, ErrorCode.of(Reason.NOT_READY), "the node is closed");
        }
    }

    private void trying(OneWay cast, Runnable step) {
        try {
            step.run();
        } catch (DurableServerException refused) {
            dropped(cast, ErrorCode.of(refused), String.valueOf(refused.getMessage()));
        }
    }

    private void dropped(OneWay cast, ErrorCode code, String why) {
        ended(cast, CastOutcome.DROPPED, code.name());
        way.facts()
                .tell(new ServerEvent.CastDropped(
                        cast.key(), cast.type().name(), cast.slot().wireName(), code, why));
    }

    private void ended(OneWay cast, CastOutcome outcome, String code) {
        HotPath hot = way.facts().hot();
        if (hot != null) {
            hot.castEnded(cast.type().index(), outcome, code);
        }
    }

    private void send(OneWay cast) {
        if (!taken(cast)) {
            sendAway(cast);
        }
    }

    /** Whether a server on this node took it; throws when its mailbox is full or it is of another type. */
    private boolean taken(OneWay cast) {
        way.pending().checkOpen();
        Delivery.Outcome outcome = way.delivery()
                .deliver(cast.key(), cast.type().name(), () -> way.passing().cast(cast));
        if (outcome instanceof Delivery.Outcome.Full full) {
            throw full.error();
        }
        if (outcome instanceof Delivery.Outcome.WrongType wrong) {
            throw wrong.error();
        }
        boolean taken = outcome instanceof Delivery.Outcome.Accepted;
        if (taken) {
            ended(cast, CastOutcome.TAKEN, "");
        }
        return taken;
    }

    private void sendAway(OneWay cast) {
        String key = cast.key();
        Session self = way.membership().self();
        cast.encode(way.payloads());
        // It is not here, whatever is remembered: else whoever only casts would never bring it back.
        way.routing().forget(key, self);
        Session remembered = way.routing().cached(key);
        if (remembered != null && !remembered.equals(self)) {
            castTo(remembered, cast);
            return;
        }
        way.routing()
                .locate(
                        cast.type().name(),
                        key,
                        null,
                        Origin.oneWay(cast.headers()).until(time.nanoTime() + timeoutNanos))
                .thenAccept(session -> {
                    if (!session.equals(self)) {
                        castTo(session, cast);
                    } else if (!taken(cast)) {
                        dropped(cast, ErrorCode.of(Reason.NOT_RUNNING), "the server did not take it");
                    }
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        DurableServerException why = Failures.typed(failure);
                        dropped(cast, ErrorCode.of(why), String.valueOf(why.getMessage()));
                    }
                });
    }

    private void castTo(Session session, OneWay cast) {
        if (!way.outgoing().cast(session, cast)) {
            dropped(cast, ErrorCode.of(Reason.OVERLOADED), "the queue to " + session + " is full");
        } else if (!way.membership().view().contains(session)) {
            dropped(cast, ErrorCode.of(Reason.NOT_RUNNING), session + " is gone");
        } else {
            ended(cast, CastOutcome.SENT, "");
        }
    }
}

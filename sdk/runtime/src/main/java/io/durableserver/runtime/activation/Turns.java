package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.runtime.mailbox.Encoded;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.PureCode;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One turn: lease, deadline, user code, and what follows from its result. Runs on the server's own thread. Whatever is
 * wrong with a result is found before anything of it is applied.
 */
final class Turns {
    private Turns() {}

    static <S> void run(Activation<S> activation, Envelope envelope) {
        Turn turn = new Turn(activation, envelope.origin());
        try {
            if (mayBegin(activation, envelope)) {
                run(activation, envelope, turn);
            }
        } catch (RuntimeException | Error defect) {
            tellOfDefect(activation, envelope, turn, defect);
            throw defect;
        } finally {
            activation.inside.other();
        }
    }

    /** The runtime failed in a turn, and nobody can tell how far it came; a caller that was answered before does not hear this. */
    static void tellOfDefect(Activation<?> activation, Envelope envelope, Turn turn, Throwable defect) {
        DurableServerException unknown = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST,
                "The server failed in this turn",
                Map.of("key", activation.key, "error", defect.getClass().getName()));
        ReplySink sink = envelope.sink();
        if (sink != null) {
            Outputs.fail(new FailureOutput(sink, unknown), unknown);
        }
        Outputs.failAll(turn.outputs(), unknown);
    }

    /** Whether the lease holds, and a call is still worth running. */
    private static boolean mayBegin(Activation<?> activation, Envelope envelope) {
        ReplySink sink = envelope.sink();
        long now = activation.node.time().nanoTime();
        activation.inside.turn(envelope.slot(), now);
        if (!activation.node.lease().isValid(now)) {
            activation.stopping().fence();
            if (sink != null) {
                sink.notHere();
            } else {
                Unheard.and(null, envelope).tell(activation.key, "the lease ran out before its turn");
            }
            return false;
        }
        return sink == null || begins(activation, envelope, sink, now);
    }

    /** A further turn the last one asked for. */
    static void goOn(Activation<?> activation, Object message) {
        Slot slot = activation.type.table().continuation(message.getClass());
        if (slot != null) {
            run(activation, Envelope.oneWay(slot, message));
        } else {
            // Another version of the type has come between.
            activation
                    .stopping()
                    .crash(new UserFailure("A continuation", Refusals.noHandler(activation, message)), null, List.of());
        }
    }

    private static <S> void run(Activation<S> activation, Envelope envelope, Turn turn) {
        Object message;
        try {
            message = message(activation, envelope);
        } catch (DurableServerException unreadable) {
            refuse(activation, envelope, unreadable);
            return;
        } catch (UserFailure failure) {
            refuse(activation, envelope, failure.toCaller(activation.key));
            return;
        }
        if (activation.idle != null) {
            activation.idle.turn(envelope.slot().kind() != Slot.Kind.CONTINUATION);
        }
        Slot slot = null;
        Deferred<S> later = null;
        OpenTurn<S> open = null;
        Next<S> next = null;
        RejectedException refused = null;
        turn.enter();
        try {
            UserCode<S> code = upgraded(activation);
            slot = activation.type.table().here(envelope.slot());
            if (slot == null) {
                // The version of the type that runs now has no handler for a message that another version took.
                refuse(activation, envelope, Refusals.noHandler(activation, message));
                return;
            }
            if (slot.staysOpen()) {
                open = new OpenTurn<>(activation, envelope, turn, slot);
                open.begin(code, message);
            } else {
                later = deferred(activation, slot, envelope);
                byte[] before = QueryCheck.before(activation, slot);
                next = code.handle(slot, activation.state(), message, later);
                QueryCheck.after(activation, slot, before);
                TurnResults.check(activation, next);
            }
        } catch (RejectedException rejection) {
            refused = rejection;
        } catch (UserFailure failure) {
            TurnResults.failed(activation, envelope, turn, later, failure);
            return;
        } finally {
            turn.exit();
        }
        if (open != null) {
            open.leave();
        } else if (next != null && slot != null) {
            TurnResults.succeeded(activation, envelope, turn, slot, later, next);
        } else {
            TurnResults.rejected(activation, envelope, turn, later, Objects.requireNonNull(refused));
        }
    }

    /** Those of other nodes are decoded here, which makes objects of the application. */
    private static Object message(Activation<?> activation, Envelope envelope) {
        return envelope.content() instanceof Encoded
                ? PureCode.run("A message", activation.key, envelope::message)
                : envelope.message();
    }

    /** Whether a call is still worth running; its caller is told when it is not. */
    private static boolean begins(Activation<?> activation, Envelope envelope, ReplySink sink, long now) {
        if (now - envelope.deadlineNanos() >= 0) {
            sink.failure(new NotAppliedException(
                    Reason.DEADLINE_BEFORE_START, "The deadline passed in the mailbox", Map.of("key", activation.key)));
            return false;
        }
        return sink.begin();
    }

    private static void refuse(Activation<?> activation, Envelope envelope, DurableServerException refusal) {
        if (envelope.sink() != null) {
            envelope.sink().failure(refusal);
        } else {
            Activation.LOG.warn("{}: a message was dropped: {}", activation.key, refusal.getMessage());
        }
    }

    private static <S> @Nullable Deferred<S> deferred(Activation<S> activation, Slot slot, Envelope envelope) {
        ReplySink sink = envelope.sink();
        if (slot.kind() != Slot.Kind.DEFERRED || sink == null) {
            return null;
        }
        Deferred<S> reply = new Deferred<>(activation, sink, slot, envelope.deadlineNanos());
        activation.openReplies.add(reply, activation.node.time().nanoTime());
        return reply;
    }

    /** The code of the newest version of the type; a live state is carried over when it changed. */
    private static <S> UserCode<S> upgraded(Activation<S> activation) {
        @SuppressWarnings("unchecked") // the registry replaces a type only by one with the same state class
        RegisteredType<S> newest = (RegisteredType<S>) activation.types.get(activation.type.name());
        if (newest != activation.type) {
            UserCode<S> fresh = newest.newInstance(activation.key).watchedBy(activation.inside);
            fresh.bind(activation.context());
            RegisteredType<S> before = activation.type;
            activation.state = fresh.upgrade(before.type().version(), activation.state());
            activation.code = fresh;
            activation.type = newest;
            activation.writes.upgraded(before);
        }
        return activation.code();
    }
}

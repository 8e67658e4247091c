package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import org.jspecify.annotations.Nullable;

/** What follows from what user code made of a message: a result, a rejection, a failure, or nothing in time. */
final class TurnResults {
    private TurnResults() {}

    /**
     * The handler brought a result that {@link #check} found possible.
     *
     * @param later the open reply of its call; null for any other message
     */
    static <S> void succeeded(
            Activation<S> activation,
            Envelope envelope,
            Turn turn,
            Slot slot,
            @Nullable Deferred<S> later,
            Next<S> next) {
        ReplySink sink = envelope.sink();
        Output answer = null;
        if (slot.repliesInTurn() && sink != null) {
            Object value = ((Reply<?, ?>) next).value();
            if (!Refusals.fits(value, slot)) {
                sink.failure(Refusals.wrongReply(activation, value, slot));
                Outputs.failAll(turn.outputs(), Refusals.wrongReply(activation, value, slot));
                resumeIdle(activation);
                return;
            }
            answer = new ReplyOutput(activation.node, activation.key, sink, slot, value);
        }
        TurnEnd<S> end = new TurnEnd<>(activation, turn, next);
        DurableServerException impossible = end.prepare();
        if (impossible == null) {
            end.apply(answer);
            return;
        }
        // No write is needed to know that this state cannot be stored: the turn fails, the state before it is stored.
        Activation.LOG.warn("{}: the server crashed: {}", activation.key, impossible.getMessage());
        Output refusal = sink == null ? null : new FailureOutput(sink, impossible);
        forget(activation, later);
        activation.stopping().crash(String.valueOf(impossible.getMessage()), refusal, envelope.chain());
        activation.stopping().drop(turn.outputs());
    }

    /** The handler threw: the server crashes. */
    static <S> void failed(
            Activation<S> activation, Envelope envelope, Turn turn, @Nullable Deferred<S> later, UserFailure failure) {
        forget(activation, later);
        activation.stopping().crash(failure, envelope.sink(), envelope.chain());
        activation.stopping().drop(turn.outputs());
    }

    private static <S> void forget(Activation<S> activation, @Nullable Deferred<S> later) {
        if (later != null) {
            activation.openReplies.remove(later);
        }
    }

    /** The handler refused its message: the turn is as if it had not been, and its caller is told. */
    static <S> void rejected(
            Activation<S> activation,
            Envelope envelope,
            Turn turn,
            @Nullable Deferred<S> later,
            RejectedException rejection) {
        if (activation.stopping().finalFailure() == null) {
            turn.takeBack();
        }
        ReplySink sink = envelope.sink();
        if (later != null && !activation.openReplies.remove(later)) {
            sink = null; // it was answered from elsewhere meanwhile
        }
        Output answer = sink == null ? null : new Rejection(activation.node, activation.key, sink, rejection);
        if (TurnEnd.cameTooLate(activation, turn, answer)) {
            return;
        }
        if (activation.type.type().isMutableState() && !activation.writes.isUntouched()) {
            activation.stopping().crash(UserFailure.lateRejection(envelope.slot(), rejection), sink, envelope.chain());
            activation.stopping().drop(turn.outputs());
            return;
        }
        Outputs.failAll(turn.outputs(), rejection);
        long gate = activation.durability.turnDone(false, Demand.NONE);
        if (answer != null) {
            activation.durability.leave(gate, answer);
        } else {
            Activation.LOG.info(
                    "{}: {} was rejected: {}", activation.key, envelope.slot().wireName(), rejection.getMessage());
        }
        resumeIdle(activation);
        activation.writes.beginIfWanted();
    }

    /** No result came in time: the turn is as if it had not been, but what it asked of others may have happened. */
    static <S> void abandoned(Activation<S> activation, Envelope envelope, Turn turn, OutcomeUnknownException unknown) {
        ReplySink sink = envelope.sink();
        Output answer = sink == null ? null : new FailureOutput(sink, unknown);
        if (activation.type.type().isMutableState()) {
            activation.stopping().crash(String.valueOf(unknown.getMessage()), answer, envelope.chain());
            activation.stopping().drop(turn.outputs());
            return;
        }
        turn.takeBack();
        Outputs.failAll(turn.outputs(), unknown);
        if (answer != null) {
            Outputs.fail(answer, unknown);
        }
        resumeIdle(activation);
        activation.writes.beginIfWanted();
    }

    private static void resumeIdle(Activation<?> activation) {
        if (activation.idle != null) {
            activation.idle.resume();
        }
    }

    /** What a turn asks for must be possible; throws {@link UserFailure} when it is not. */
    static void check(Activation<?> activation, Next<?> next) {
        if (next.newMetadata() != null) {
            try {
                Metadata.check(activation.key, next.newMetadata());
            } catch (ConfigurationException tooLarge) {
                throw new UserFailure("A turn's metadata", tooLarge);
            }
        }
        Object continuation = next.continuation();
        if (continuation != null && activation.type.table().continuation(continuation.getClass()) == null) {
            throw new UserFailure("A continuation", Refusals.noHandler(activation, continuation));
        }
        if (next.idleTimeout() != null && activation.type.table().timeout() == null) {
            throw new UserFailure("A timeout", Refusals.noTimeoutHandler(activation));
        }
    }
}

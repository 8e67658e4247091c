package io.durableserver.runtime.activation;

import io.durableserver.RejectedException;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import org.jspecify.annotations.Nullable;

/** What follows from a turn that refuses its message: it is as if it had not been, and its caller is told. */
final class Rejecting {
    private Rejecting() {}

    /**
     * Ends the turn.
     *
     * @param later the open reply of its call; null for any other message
     */
    static <S> void end(
            Activation<S> activation,
            Envelope envelope,
            Turn turn,
            @Nullable Deferred<S> later,
            RejectedException rejection) {
        if (activation.stopping().finalFailure() == null) {
            turn.takeBack();
        }
        ReplySink sink = envelope.sink();
        if (later != null && !activation.openReplies().remove(later)) {
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
        if (activation.idle != null) {
            activation.idle.resume();
        }
        activation.writes.beginIfWanted();
    }
}

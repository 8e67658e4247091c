package io.durableserver.runtime.activation;

import io.durableserver.RejectedException;
import io.durableserver.ReplyTo;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Rejections;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import org.jspecify.annotations.Nullable;

/** The way back to a caller that is answered later. */
final class Deferred<S> implements ReplyTo<@Nullable Object> {
    private final Activation<S> activation;
    private final ReplySink sink;
    private final Slot slot;
    private final long deadlineNanos;

    Deferred(Activation<S> activation, ReplySink sink, Slot slot, long deadlineNanos) {
        this.activation = activation;
        this.sink = sink;
        this.slot = slot;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void reply(@Nullable Object value) {
        leave(
                Refusals.fits(value, slot)
                        ? new ReplyOutput(activation.node, activation.key, sink, slot, value)
                        : new FailureOutput(sink, Refusals.wrongReply(activation, value, slot)));
    }

    @Override
    public void fail(Throwable error) {
        RejectedException rejection = Rejections.of(error);
        leave(
                rejection != null
                        ? new Rejection(activation.node, activation.key, sink, rejection)
                        : new FailureOutput(sink, new UserFailure("A deferred reply", error).toCaller(activation.key)));
    }

    /** In a turn of the server it leaves with that turn; from elsewhere, after the turns so far. */
    private void leave(Output output) {
        Turn turn = Turn.current();
        if (turn != null && !turn.isOver() && turn.owner() == activation) {
            if (activation.openReplies.remove(this)) {
                turn.add(output);
                turn.onTakeBack(() -> {
                    turn.remove(output);
                    activation.openReplies.add(this, activation.node.time().nanoTime());
                });
            }
        } else {
            activation.signal(() -> {
                if (activation.openReplies.remove(this)) {
                    activation.gate(output);
                }
            });
        }
    }

    /** Whether the caller has given up. */
    boolean isLate(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** What is left to say when the server ends first. */
    Output failure() {
        return new ReplyOutput(activation.node, activation.key, sink, slot, null);
    }
}

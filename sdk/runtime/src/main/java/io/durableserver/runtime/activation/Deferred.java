package io.durableserver.runtime.activation;

import io.durableserver.ReplyTo;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import org.jspecify.annotations.Nullable;

/** The way back to a caller that is answered later. */
final class Deferred<S> implements ReplyTo<@Nullable Object> {
    private final Activation<S> activation;
    private final ReplySink sink;
    private final Slot slot;

    Deferred(Activation<S> activation, ReplySink sink, Slot slot) {
        this.activation = activation;
        this.sink = sink;
        this.slot = slot;
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
        leave(new FailureOutput(sink, new UserFailure("A deferred reply", error).toCaller(activation.key)));
    }

    /** In a turn of the server it leaves with that turn; from elsewhere, after the turns so far. */
    private void leave(Output output) {
        Turn turn = Turn.current();
        if (turn != null && turn.owner() == activation) {
            turn.add(output);
        } else {
            activation.signal(() -> activation.gate(output));
        }
    }
}

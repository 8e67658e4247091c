package io.durableserver.runtime.activation;

import io.durableserver.RejectedException;
import io.durableserver.ReplyTo;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Rejections;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import org.jspecify.annotations.Nullable;

/** The way back to a caller that is answered later. */
final class Deferred implements ReplyTo<@Nullable Object> {
    private final ServerState<?> server;
    private final OpenReplies openReplies;
    private final ServerThread thread;
    private final Turn.Owner owner;
    private final ReplySink sink;
    private final Slot slot;
    private final long deadlineNanos;

    Deferred(
            ServerState<?> server,
            OpenReplies openReplies,
            ServerThread thread,
            Turn.Owner owner,
            ReplySink sink,
            Slot slot,
            long deadlineNanos) {
        this.server = server;
        this.openReplies = openReplies;
        this.thread = thread;
        this.owner = owner;
        this.sink = sink;
        this.slot = slot;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void reply(@Nullable Object value) {
        leave(
                Refusals.fits(value, slot)
                        ? new ReplyOutput(server.node, server.key, sink, slot, value)
                        : new FailureOutput(sink, Refusals.wrongReply(server.key, value, slot)));
    }

    @Override
    public void fail(Throwable error) {
        RejectedException rejection = Rejections.of(error);
        leave(
                rejection != null
                        ? new Rejection(server.node, server.key, sink, rejection)
                        : new FailureOutput(sink, new UserFailure("A deferred reply", error).toCaller(server.key)));
    }

    /** In a turn of the server it leaves with that turn; from elsewhere, after the turns so far. */
    private void leave(Output output) {
        Turn turn = Turn.current();
        if (turn != null && !turn.isOver() && turn.owner() == owner) {
            if (openReplies.remove(this)) {
                turn.add(output);
                turn.onTakeBack(() -> {
                    turn.remove(output);
                    openReplies.add(this, server.node.time().nanoTime());
                });
            }
        } else {
            thread.signal(() -> {
                if (openReplies.remove(this)) {
                    owner.gate(output);
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
        return new ReplyOutput(server.node, server.key, sink, slot, null);
    }
}

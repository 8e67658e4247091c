package io.durableserver.runtime.activation;

import io.durableserver.RejectedException;
import io.durableserver.ReplyTo;
import io.durableserver.runtime.mailbox.EncodedReply;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.mailbox.SharedSink;
import io.durableserver.runtime.record.StoredRequest;
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
    private long deadlineNanos;

    /** What is kept of its call once it is answered; null for one without a request id. */
    private @Nullable StoredRequest kept;

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

    /** Its call has a request id: this is kept with the turn, and its reply with the turn it is given in. */
    void keep(StoredRequest open) {
        kept = open;
    }

    boolean isOf(String requestId) {
        StoredRequest open = kept;
        return open != null && open.id().equals(requestId);
    }

    /** One more caller waits for it; false when it has left. */
    boolean join(ReplySink caller, long until) {
        deadlineNanos = until - deadlineNanos > 0 ? until : deadlineNanos;
        return sink instanceof SharedSink shared && shared.join(caller);
    }

    @Override
    public void reply(@Nullable Object value) {
        leave(
                Refusals.fits(value, slot)
                        ? answer(new ReplyOutput(server.node, server.key, sink, slot, value))
                        : new FailureOutput(sink, Refusals.wrongReply(server.key, value, slot)));
    }

    private Output answer(ReplyOutput reply) {
        StoredRequest open = kept;
        return open != null && reply.value() instanceof EncodedReply encoded
                ? new KeptReply(reply, open.answered(encoded.payload()))
                : reply;
    }

    @Override
    public void fail(Throwable error) {
        RejectedException rejection = Rejections.of(error);
        leave(
                rejection != null
                        ? new Rejection(server.node, server.key, sink, rejection)
                        : new FailureOutput(sink, new UserFailure("A deferred reply", error).toCaller(server.key)));
    }

    /** Lets an output leave: in a turn of the server with that turn; from elsewhere, after the turns so far. */
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

package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.EncodedReply;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.record.StoredRequest;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.RequestTag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers a call that was applied before, by its request id, and makes of one that is applied now what is kept of it. */
final class Repeats<S> {
    private final ServerState<S> server;
    private final OpenReplies openReplies;

    Repeats(ServerState<S> server, OpenReplies openReplies) {
        this.server = server;
        this.openReplies = openReplies;
    }

    /** Whether a message is a call whose reply is kept: queries change nothing, and run again. */
    static boolean isKept(Envelope envelope) {
        return !envelope.origin().request().isNone()
                && envelope.sink() != null
                && envelope.slot().kind() != Slot.Kind.QUERY;
    }

    /** Whether a call must not run: it was applied before, or its id cannot be kept. Then its caller is told. */
    boolean isAnswered(Envelope envelope) {
        ReplySink sink = envelope.sink();
        if (sink == null || !isKept(envelope)) {
            return false;
        }
        RequestTag tag = envelope.origin().request();
        StoredRequest seen = server.requests.find(tag.id());
        if (seen != null) {
            answer(seen, tag, envelope, sink);
            return true;
        }
        int least = new StoredRequest(tag.id(), tag.print(), Long.MAX_VALUE, null).size();
        NotAppliedException full = server.requests.full(
                server.key,
                server.type.type().requestWindow(),
                least,
                server.node.time().nanoTime());
        if (full != null) {
            sink.failure(full);
        }
        return full != null;
    }

    private void answer(StoredRequest seen, RequestTag tag, Envelope envelope, ReplySink sink) {
        byte[] reply = seen.reply();
        if (seen.print() != tag.print()) {
            sink.failure(new ConfigurationException(
                    ConfigurationException.Reason.REQUEST_ID_REUSED,
                    "The server has applied another message with this request id; this one is not applied",
                    context(envelope)));
        } else if (reply != null) {
            // The write that keeps it may still be under way.
            leave(new ReplyOutput(server.node, server.key, sink, envelope.slot(), new EncodedReply(reply)));
        } else if (!openReplies.join(tag.id(), sink, envelope.deadlineNanos())) {
            leave(new FailureOutput(
                    sink,
                    new OutcomeUnknownException(
                            OutcomeUnknownException.Reason.REPLY_LOST,
                            "The call was applied, and its reply was not given while its server lived, or cannot be kept",
                            context(envelope))));
        }
    }

    private void leave(Output output) {
        server.durability.leave(server.durability.gate(), output);
    }

    private Map<String, Object> context(Envelope envelope) {
        return Map.of("key", server.key, "message", envelope.slot().wireName());
    }

    /**
     * What is kept of a call that is applied now; null for one without a request id.
     *
     * @param reply as the way back prepared it; null while it is open
     */
    @Nullable
    StoredRequest kept(Envelope envelope, @Nullable Object reply) {
        if (!isKept(envelope)) {
            return null;
        }
        RequestTag tag = envelope.origin().request();
        long now = server.node.time().nanoTime();
        long asked = tag.keepNanos() > 0
                ? tag.keepNanos()
                : server.type.type().requestWindow().keep().toNanos();
        long keep = Math.max(asked, envelope.deadlineNanos() - now);
        byte[] bytes = reply instanceof EncodedReply encoded ? encoded.payload() : null;
        return new StoredRequest(tag.id(), tag.print(), server.requests.until(now, keep), bytes);
    }

    /** Keeps the replies among what leaves a turn. */
    static void keepReplies(ServerState<?> server, List<Output> outputs) {
        for (Output output : outputs) {
            if (output instanceof KeptReply reply) {
                server.requests.keep(reply.kept());
            }
        }
    }

    /** Why it cannot be kept, or null. */
    @Nullable
    DurableServerException impossible(@Nullable StoredRequest kept) {
        return kept == null
                ? null
                : server.requests.full(
                        server.key,
                        server.type.type().requestWindow(),
                        kept.size(),
                        server.node.time().nanoTime());
    }
}

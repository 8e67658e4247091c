package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Thrown;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way back to a caller on another node. */
record RemoteSink(Transport transport, Codec messages, int maxMessageBytes, Session to, long id, String key)
        implements ReplySink {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteSink.class);

    /** The caller's own deadline is on its node; here the deadline that came with the call is checked. */
    @Override
    public boolean begin() {
        return true;
    }

    @Override
    public Message prepared(@Nullable Object value, Slot slot) {
        try {
            return new Message.ReplyMessage(id, encode(messages, value, slot, key, maxMessageBytes));
        } catch (OutcomeUnknownException unreadable) {
            return Inbound.error(id, unreadable);
        }
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        send(value instanceof Message message ? message : prepared(value, slot));
    }

    /**
     * The payload of a reply.
     *
     * @throws OutcomeUnknownException {@code REPLY_UNREADABLE}
     */
    static byte[] encode(Codec messages, @Nullable Object value, Slot slot, String key, int maxBytes) {
        byte[] payload;
        try {
            payload = messages.encode(value, slot.replyType());
        } catch (Throwable impossible) {
            String problem = impossible instanceof DurableServerException known
                    ? String.valueOf(known.getMessage())
                    : impossible.getClass().getName();
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The reply cannot be encoded; the call was applied",
                    Map.of("key", key, "message", slot.wireName(), "problem", problem),
                    impossible instanceof DurableServerException ? impossible : Thrown.of(impossible));
        }
        if (payload.length > maxBytes) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The encoded reply is over its limit; the call was applied",
                    Map.of(
                            "key",
                            key,
                            "message",
                            slot.wireName(),
                            "option",
                            "limits.messageBytes",
                            "value",
                            payload.length,
                            "bound",
                            maxBytes));
        }
        return payload;
    }

    @Override
    public void failure(DurableServerException error) {
        send(Inbound.error(id, error));
    }

    @Override
    public void notHere() {
        send(new Message.NotHereMessage(id));
    }

    private void send(Message message) {
        if (!transport.send(to, WireFormat.encode(message))) {
            LOG.warn("A reply of {} to {} was dropped: the queue is full", key, to);
        }
    }
}

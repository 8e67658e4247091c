package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.mailbox.EncodedReply;
import io.durableserver.runtime.type.Slot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages and replies as bytes. All of it runs code of the application.
 *
 * @param maxBytes bound of one message or reply
 */
record Payloads(Codec codec, int maxBytes) {
    /**
     * The payload of a message.
     *
     * @throws NotAppliedException {@code MESSAGE_TOO_LARGE}
     * @throws ConfigurationException {@code NOT_ENCODABLE}, whatever the codec threw
     */
    byte[] encode(Object message, String key) {
        byte[] bytes;
        try {
            bytes = codec.encode(message, message.getClass());
        } catch (DurableServerException known) {
            throw known;
        } catch (Throwable thrown) {
            Thrown copy = Thrown.of(thrown);
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ENCODABLE,
                    "The message cannot be encoded",
                    Map.of("key", key, "message", message.getClass().getName(), "error", copy.type()),
                    copy);
        }
        if (bytes.length > maxBytes) {
            throw new NotAppliedException(
                    Reason.MESSAGE_TOO_LARGE,
                    "The encoded message is over its limit",
                    bound(key, message.getClass().getName(), bytes.length));
        }
        return bytes;
    }

    /** A message of another node; throws {@code NOT_ENCODABLE}. */
    Object decode(Slot slot, byte[] payload) {
        Object message = codec.decode(payload, slot.message());
        if (message == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ENCODABLE,
                    "A message cannot be null",
                    Map.of("message", slot.wireName()));
        }
        return message;
    }

    /**
     * The payload of a reply.
     *
     * @throws OutcomeUnknownException {@code REPLY_UNREADABLE}
     */
    byte[] encodeReply(@Nullable Object value, Slot slot, String key) {
        byte[] payload;
        try {
            payload = codec.encode(value, slot.replyType());
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
                    bound(key, slot.wireName(), payload.length));
        }
        return payload;
    }

    /** A reply as {@link EncodedReply}, which it may be already, or the {@link OutcomeUnknownException} that says why it cannot be. */
    Object prepared(@Nullable Object value, Slot slot, String key) {
        if (value instanceof EncodedReply) {
            return value;
        }
        try {
            return new EncodedReply(encodeReply(value, slot, key));
        } catch (OutcomeUnknownException unreadable) {
            return unreadable;
        }
    }

    /**
     * A reply of another node.
     *
     * @throws OutcomeUnknownException {@code REPLY_UNREADABLE}
     */
    @Nullable
    Object decodeReply(Slot slot, byte[] payload, String key) {
        try {
            return codec.decode(payload, slot.replyType());
        } catch (Throwable unreadable) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The reply cannot be decoded",
                    Map.of("key", key, "message", slot.wireName()),
                    unreadable instanceof DurableServerException ? unreadable : Thrown.of(unreadable));
        }
    }

    private Map<String, Object> bound(String key, String message, int size) {
        return Map.of(
                "key", key, "message", message, "option", "limits.messageBytes", "value", size, "bound", maxBytes);
    }
}

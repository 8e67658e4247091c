package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.turn.Thrown;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts calls and casts into messages to other nodes. */
record Outgoing(Transport transport, Codec messages, int maxMessageBytes, TimeSource time) {
    /** Sends a call; an error when nothing was sent. */
    @Nullable
    DurableServerException call(Session to, Request request, long id) {
        byte[] bytes = WireFormat.encode(new Message.CallMessage(
                id,
                request.key(),
                request.type().name(),
                request.slot().wireName(),
                request.encoded(this),
                request.origin().leaving(time.nanoTime())));
        return send(to, bytes)
                ? null
                : new NotAppliedException(Reason.OVERLOADED, "The queue to the owner is full", Map.of("owner", to));
    }

    /**
     * The payload of a message.
     *
     * @throws NotAppliedException {@code MESSAGE_TOO_LARGE}
     * @throws ConfigurationException {@code NOT_ENCODABLE}, whatever the codec threw
     */
    byte[] encode(Object message, String key) {
        byte[] bytes;
        try {
            bytes = messages.encode(message, message.getClass());
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
        if (bytes.length > maxMessageBytes) {
            throw new NotAppliedException(
                    Reason.MESSAGE_TOO_LARGE,
                    "The encoded message is over its limit",
                    Map.of(
                            "key",
                            key,
                            "message",
                            message.getClass().getName(),
                            "option",
                            "limits.messageBytes",
                            "value",
                            bytes.length,
                            "bound",
                            maxMessageBytes));
        }
        return bytes;
    }

    /** False when the queue to the node is full. */
    boolean send(Session to, byte[] bytes) {
        return transport.send(to, bytes);
    }
}

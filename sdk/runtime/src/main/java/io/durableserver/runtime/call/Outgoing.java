package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
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
        try {
            byte[] payload = encode(request.message(), request.key());
            byte[] bytes = WireFormat.encode(new Message.CallMessage(
                    id,
                    request.key(),
                    request.type().name(),
                    request.slot().wireName(),
                    payload,
                    request.deadlineNanos() - time.nanoTime(),
                    request.chain(),
                    request.requestId(),
                    Map.of()));
            return send(to, bytes)
                    ? null
                    : new NotAppliedException(Reason.OVERLOADED, "The queue to the owner is full", Map.of("owner", to));
        } catch (DurableServerException refused) {
            return refused;
        }
    }

    /** The payload of a message; throws {@code MESSAGE_TOO_LARGE}. */
    byte[] encode(Object message, String key) {
        byte[] bytes = messages.encode(message, message.getClass());
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

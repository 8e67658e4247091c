package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.wire.Message;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends calls and casts to other nodes. */
record Outgoing(DataPlane plane, Payloads payloads, TimeSource time) {
    /** Sends a call; an error when nothing was sent. */
    @Nullable
    DurableServerException call(Session to, Request request, long id) {
        Message message = new Message.CallMessage(
                id,
                request.key(),
                request.type().name(),
                request.slot().wireName(),
                request.encoded(payloads),
                request.origin().leaving(time.nanoTime()));
        return plane.send(to, message)
                ? null
                : new NotAppliedException(Reason.OVERLOADED, "The queue to the owner is full", Map.of("owner", to));
    }

    /** Sends a cast; false when the queue to the node is full. */
    boolean cast(Session to, OneWay cast) {
        return plane.send(
                to,
                new Message.CastMessage(
                        cast.key(),
                        cast.type().name(),
                        cast.slot().wireName(),
                        cast.encoded(payloads),
                        cast.headers()));
    }
}

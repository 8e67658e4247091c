package io.durableserver.runtime.mailbox;

import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Origin;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for its turn.
 *
 * @param slot the handler it is for
 * @param content the message, or {@link Encoded}
 * @param sink the way back; null for a one-way message
 * @param origin where it comes from; its deadline counts only with a sink
 */
public record Envelope(Slot slot, Object content, @Nullable ReplySink sink, Origin origin) {
    /** A one-way message. */
    public static Envelope oneWay(Slot slot, Object content) {
        return new Envelope(slot, content, null, Origin.NONE);
    }

    /** A one-way message, with the headers of its sender. */
    public static Envelope oneWay(Slot slot, Object content, Map<String, String> headers) {
        return new Envelope(slot, content, null, Origin.oneWay(headers));
    }

    /** The servers that wait for it, outermost first. */
    public List<String> chain() {
        return origin.chain();
    }

    /** The time from which it is no longer worth running; only with a sink. */
    public long deadlineNanos() {
        return origin.deadlineNanos();
    }

    /**
     * The message itself. Runs code of the application: in a turn only.
     *
     * @throws io.durableserver.DurableServerException when it cannot be decoded
     */
    public Object message() {
        return content instanceof Encoded encoded ? encoded.decode() : content;
    }
}

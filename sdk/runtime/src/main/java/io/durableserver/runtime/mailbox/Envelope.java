package io.durableserver.runtime.mailbox;

import io.durableserver.runtime.turn.Slot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for its turn.
 *
 * @param slot the handler it is for
 * @param content the message, or {@link Encoded}
 * @param sink the way back; null when nobody waits
 * @param chain the servers that wait for it, outermost first
 * @param deadlineNanos when it is no longer worth running; only with a sink
 */
public record Envelope(Slot slot, Object content, @Nullable ReplySink sink, List<String> chain, long deadlineNanos) {
    /** A message nobody waits for. */
    public static Envelope oneWay(Slot slot, Object content) {
        return new Envelope(slot, content, null, List.of(), 0);
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

package io.durableserver.runtime.mailbox;

import io.durableserver.runtime.turn.Slot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for its turn.
 *
 * @param slot the handler it is for
 * @param message the message, decoded
 * @param sink the way back; null when nobody waits
 * @param chain the servers that wait for it, outermost first
 * @param deadlineNanos when it is no longer worth running; only with a sink
 */
public record Envelope(Slot slot, Object message, @Nullable ReplySink sink, List<String> chain, long deadlineNanos) {
    /** A message nobody waits for. */
    public static Envelope oneWay(Slot slot, Object message) {
        return new Envelope(slot, message, null, List.of(), 0);
    }
}

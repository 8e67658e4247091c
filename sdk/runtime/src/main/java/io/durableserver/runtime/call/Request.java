package io.durableserver.runtime.call;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import java.util.List;
import java.util.Map;

/**
 * A call on its way.
 *
 * @param type the server's type
 * @param key the server's key
 * @param slot the handler it is for
 * @param message the message, not encoded
 * @param chain the servers that wait for it, outermost first
 * @param requestId the caller's request id, empty for none
 * @param deadlineNanos on this node's monotonic clock
 */
record Request(
        RegisteredType<?> type,
        String key,
        Slot slot,
        Object message,
        List<String> chain,
        String requestId,
        long deadlineNanos) {
    NotAppliedException notBegun() {
        return new NotAppliedException(
                NotAppliedException.Reason.DEADLINE_BEFORE_START,
                "The deadline passed before the call began",
                context());
    }

    OutcomeUnknownException noReply() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.DEADLINE, "The deadline passed before the reply", context());
    }

    NotAppliedException closedBefore() {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_READY, "The node was closed before the call began", context());
    }

    OutcomeUnknownException closedMeanwhile() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The node was closed before the reply", context());
    }

    Map<String, Object> context() {
        return Map.of("key", key, "message", slot.wireName());
    }
}

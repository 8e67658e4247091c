package io.durableserver.runtime.call;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import java.util.List;
import java.util.Map;

/** A call on its way. */
final class Request extends Sent {
    private final List<String> chain;
    private final String requestId;
    private final long deadlineNanos;

    /**
     * A call that was not sent.
     *
     * @param chain the servers that wait for it, outermost first
     * @param requestId the caller's request id, empty for none
     * @param deadlineNanos on this node's monotonic clock
     */
    Request(
            RegisteredType<?> type,
            String key,
            Slot slot,
            Object message,
            List<String> chain,
            String requestId,
            long deadlineNanos) {
        super(type, key, slot, message);
        this.chain = chain;
        this.requestId = requestId;
        this.deadlineNanos = deadlineNanos;
    }

    List<String> chain() {
        return chain;
    }

    String requestId() {
        return requestId;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

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
        return Map.of("key", key(), "message", slot().wireName());
    }
}

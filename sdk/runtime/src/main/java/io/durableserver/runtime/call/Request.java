package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A call on its way. */
final class Request extends Sent {
    private Origin origin;

    /** A call that was not sent. */
    Request(RegisteredType<?> type, String key, Slot slot, Object message, Origin origin) {
        super(type, key, slot, message);
        this.origin = origin;
    }

    Origin origin() {
        return origin;
    }

    /**
     * Gives it a request id, before it is sent and where code of the application may run.
     *
     * @param keepNanos how long its server keeps the id; 0 for as long as its type says
     * @throws DurableServerException when the message cannot be encoded
     */
    void tag(String id, long keepNanos, Payloads payloads) {
        CRC32C print = new CRC32C();
        print.update(slot().wireName().getBytes(StandardCharsets.UTF_8));
        print.update(0);
        print.update(encoded(payloads));
        origin = origin.tagged(new RequestTag(id, (int) print.getValue(), keepNanos));
    }

    long deadlineNanos() {
        return origin.deadlineNanos();
    }

    NotAppliedException notBegun() {
        return notBegun(key(), slot());
    }

    static NotAppliedException notBegun(String key, Slot slot) {
        return new NotAppliedException(
                NotAppliedException.Reason.DEADLINE_BEFORE_START,
                "The deadline passed before the call began",
                context(key, slot));
    }

    OutcomeUnknownException noReply() {
        return noReply(key(), slot());
    }

    static OutcomeUnknownException noReply(String key, Slot slot) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.DEADLINE, "The deadline passed before the reply", context(key, slot));
    }

    static OutcomeUnknownException interrupted(String key, Slot slot, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.INTERRUPTED,
                "The thread was interrupted while it waited",
                context(key, slot),
                cause);
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
        return context(key(), slot());
    }

    private static Map<String, Object> context(String key, Slot slot) {
        return Map.of("key", key, "message", slot.wireName());
    }
}

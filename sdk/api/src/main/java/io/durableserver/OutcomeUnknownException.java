package io.durableserver;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request may or may not have had its effect. Ask before sending it again, or send messages that may be applied
 * twice.
 */
public final class OutcomeUnknownException extends DurableServerException {
    private static final long serialVersionUID = 1L;

    /** Why the outcome is unknown. */
    public enum Reason {
        /** The deadline passed before the reply came. */
        DEADLINE,
        /** The node that served the call was lost. */
        OWNER_LOST,
        /** The store did not say whether the write happened, and reading it back did not settle it. */
        AMBIGUOUS_WRITE,
        /** The calling thread was interrupted while it waited. */
        INTERRUPTED,
        /** The reply could not be decoded, or was over the message limit. */
        REPLY_UNREADABLE,
        /** A call with this request id was applied, and its server ended before it gave the reply. */
        REPLY_LOST
    }

    private final Reason reason;

    public OutcomeUnknownException(Reason reason, String message, Map<String, ?> context) {
        this(reason, message, context, null);
    }

    public OutcomeUnknownException(Reason reason, String message, Map<String, ?> context, @Nullable Throwable cause) {
        super(ErrorText.message(reason.name(), message, context), message, context, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public String code() {
        return reason.name();
    }
}

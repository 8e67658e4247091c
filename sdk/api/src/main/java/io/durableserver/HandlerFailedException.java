package io.durableserver;

import java.util.Map;

/**
 * User code threw while it handled the request, {@code [HANDLER_FAILED] class: message}. Carries the class name and the message of what was thrown, never the
 * object: the caller's node need not know the class.
 */
public final class HandlerFailedException extends DurableServerException {
    private static final long serialVersionUID = 1L;

    private final String errorType;

    /**
     * User code threw.
     *
     * @param errorType the class name of what it threw
     * @param message the message of what it threw; empty when that has none
     */
    public HandlerFailedException(String errorType, String message, Map<String, ?> context) {
        super(
                ErrorText.message(
                        "HANDLER_FAILED", message.isEmpty() ? errorType : errorType + ": " + message, context),
                message,
                context,
                null);
        this.errorType = errorType;
    }

    /** The class name of what user code threw. */
    public String errorType() {
        return errorType;
    }

    @Override
    public String code() {
        return errorType;
    }
}

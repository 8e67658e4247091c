package io.durableserver;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Root of all errors of this library. The subclasses say what the caller may do; the reason and the context say what
 * happened, with the option or key, its value and its bound.
 *
 * <p>{@link #getMessage} reads {@code [REASON, retryable] text {key=…, …}}: the reason, whether the same request may succeed
 * later ({@link NotAppliedException.Reason#retryable}), the fact, and the context in one order: key, type, message, option,
 * value, bound, then all other names by the alphabet. Values longer than 300 characters are cut there, not in {@link #context}.
 */
public abstract sealed class DurableServerException extends RuntimeException
        permits NotAppliedException,
                OutcomeUnknownException,
                RejectedException,
                HandlerFailedException,
                ConfigurationException {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final transient Map<String, String> context;

    /**
     * An error.
     *
     * @param message as {@link ErrorText#message} makes it
     * @param text the fact alone
     */
    DurableServerException(String message, String text, Map<String, ?> context, @Nullable Throwable cause) {
        super(message);
        if (cause != null) {
            // Not by the constructor, which would rule out that the cause is given later.
            initCause(cause);
        }
        this.text = text;
        this.context = ErrorText.ordered(context);
    }

    /** The fact alone, without reason and context. */
    public String text() {
        return text;
    }

    /** Names and values that belong to this error, in the order of the message: never state, never secrets. */
    public Map<String, String> context() {
        return context == null ? Map.of() : context;
    }

    /** The machine-readable reason: the name of a constant of the subclass's {@code Reason}, the
     * code of a rejection, or the class of what user code threw. */
    public abstract String code();
}

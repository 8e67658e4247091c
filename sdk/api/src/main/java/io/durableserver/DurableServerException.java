package io.durableserver;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Root of all errors of this library. The subclasses say what the caller may do; the reason and the context say what
 * happened, with the option or key, its value and its bound.
 */
public abstract sealed class DurableServerException extends RuntimeException
        permits NotAppliedException, OutcomeUnknownException, HandlerFailedException, ConfigurationException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> context;

    DurableServerException(String message, Map<String, ?> context, @Nullable Throwable cause) {
        super(context.isEmpty() ? message : message + " " + context);
        if (cause != null) {
            // Not by the constructor, which would rule out that the cause is given later.
            initCause(cause);
        }
        Map<String, String> copy = new LinkedHashMap<>();
        context.forEach((name, value) -> copy.put(name, String.valueOf(value)));
        this.context = Collections.unmodifiableMap(copy);
    }

    /** Names and values that belong to this error: never state, never secrets. */
    public Map<String, String> context() {
        return context == null ? Map.of() : context;
    }

    /** The machine-readable reason: the name of a constant of the subclass's {@code Reason}, or the error class. */
    public abstract String code();
}

package io.durableserver.runtime.wire;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as it travels: names and text, never an object or a class to load (P9).
 *
 * @param category what the caller may do
 * @param code the reason's name; for {@code HANDLER_FAILED} the class name of what user code threw, for {@code REJECTED} the code
 *     of the handler
 * @param message the message without its context
 * @param context the names and values of the error
 */
public record WireError(Category category, String code, String message, Map<String, String> context) {
    /** Bound of the message and of each context value, in chars; longer texts are cut. */
    public static final int MAX_TEXT = 2_000;

    /** Bound of the number of context values; more are left out. */
    public static final int MAX_CONTEXT = 32;

    /** The subclasses of {@link DurableServerException}. */
    public enum Category {
        NOT_APPLIED,
        OUTCOME_UNKNOWN,
        HANDLER_FAILED,
        CONFIGURATION,
        REJECTED
    }

    public WireError {
        context = Map.copyOf(context);
    }

    /**
     * The error of a throwable. What is not a {@link DurableServerException} is an error of this library: it is unknown
     * how far the request came, and its message may hold anything, so only the class name travels.
     */
    public static WireError of(Throwable thrown) {
        Throwable error = Causes.of(thrown);
        if (error instanceof DurableServerException known) {
            return new WireError(category(known), cut(known.code()), cut(known.text()), bounded(known.context()));
        }
        return new WireError(
                Category.OUTCOME_UNKNOWN,
                OutcomeUnknownException.Reason.OWNER_LOST.name(),
                "The owner failed with an internal error",
                Map.of("error", error.getClass().getName()));
    }

    /** The exception to throw at the caller. A reason only newer nodes know becomes the nearest one known here. */
    public DurableServerException toException() {
        return switch (category) {
            case NOT_APPLIED -> {
                var reason = reason(NotAppliedException.Reason.class);
                // Nothing was applied, so asking again is safe.
                yield new NotAppliedException(
                        reason != null ? reason : NotAppliedException.Reason.NOT_READY, message, contextFor(reason));
            }
            case OUTCOME_UNKNOWN -> {
                var reason = reason(OutcomeUnknownException.Reason.class);
                yield new OutcomeUnknownException(
                        reason != null ? reason : OutcomeUnknownException.Reason.OWNER_LOST,
                        message,
                        contextFor(reason));
            }
            case CONFIGURATION -> {
                var reason = reason(ConfigurationException.Reason.class);
                yield new ConfigurationException(
                        reason != null ? reason : ConfigurationException.Reason.CLUSTER_MISMATCH,
                        message,
                        contextFor(reason));
            }
            case HANDLER_FAILED -> new HandlerFailedException(code, message, context);
            case REJECTED -> new RejectedException(code, message, context);
        };
    }

    private <E extends Enum<E>> @Nullable E reason(Class<E> reasons) {
        for (E reason : reasons.getEnumConstants()) {
            if (reason.name().equals(code)) {
                return reason;
            }
        }
        return null;
    }

    /** An unknown reason's name stays readable in the context. */
    private Map<String, String> contextFor(@Nullable Enum<?> reason) {
        if (reason != null) {
            return context;
        }
        Map<String, String> extended = new LinkedHashMap<>(context);
        extended.put("code", code);
        return extended;
    }

    private static Category category(DurableServerException error) {
        // A chain, not a switch: sealed switches are not in Java 17.
        if (error instanceof NotAppliedException) {
            return Category.NOT_APPLIED;
        }
        if (error instanceof HandlerFailedException) {
            return Category.HANDLER_FAILED;
        }
        if (error instanceof RejectedException) {
            return Category.REJECTED;
        }
        return error instanceof ConfigurationException ? Category.CONFIGURATION : Category.OUTCOME_UNKNOWN;
    }

    private static Map<String, String> bounded(Map<String, String> context) {
        Map<String, String> bounded = new LinkedHashMap<>();
        context.entrySet().stream()
                .limit(MAX_CONTEXT)
                .forEach(entry -> bounded.put(encodable(cut(entry.getKey())), cut(entry.getValue())));
        return bounded;
    }

    /** Reporting an error must not fail because its text has half a surrogate pair. */
    private static String encodable(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }
}

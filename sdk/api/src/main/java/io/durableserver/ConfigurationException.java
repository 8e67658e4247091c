package io.durableserver;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The program or its configuration must change: nothing was done, and the same input fails again. */
public final class ConfigurationException extends DurableServerException {
    private static final long serialVersionUID = 1L;

    /** What must change. */
    public enum Reason {
        /** An option is missing or out of its bounds. */
        INVALID_OPTION,
        /** A key is empty, too long, has control characters, or lies in the reserved name space. */
        INVALID_KEY,
        /** The server type is not registered on this node. */
        UNREGISTERED_TYPE,
        /** The message class is not handled by the server type. */
        UNREGISTERED_MESSAGE,
        /** A reply is not of the type its call declares. */
        WRONG_REPLY_TYPE,
        /** A state, message or reply cannot be encoded. */
        NOT_ENCODABLE,
        /** A server type's declaration contradicts itself. */
        INVALID_TYPE,
        /** A method was called where it may not be: {@code load} and {@code dump}, for one, may only compute. */
        NOT_ALLOWED_HERE,
        /** The same prefix is configured twice on one node. */
        DUPLICATE_PREFIX,
        /** Nodes of one cluster do not agree on a setting. */
        CLUSTER_MISMATCH,
        /** The server has applied another message with this request id; this one is not applied. */
        REQUEST_ID_REUSED
    }

    private final Reason reason;

    public ConfigurationException(Reason reason, String message, Map<String, ?> context) {
        this(reason, message, context, null);
    }

    public ConfigurationException(Reason reason, String message, Map<String, ?> context, @Nullable Throwable cause) {
        super(ErrorText.message(reason.name(), message, unsaid(reason, message, context)), message, context, cause);
        this.reason = reason;
    }

    /**
     * An option that is out of its bounds.
     *
     * @param bound what it must be, as it reads after "must be"
     */
    public static ConfigurationException option(String option, @Nullable Object value, String bound) {
        return new ConfigurationException(
                Reason.INVALID_OPTION,
                "Option " + option + " must be " + bound + ", was " + value,
                Map.of("option", option, "value", String.valueOf(value), "bound", bound));
    }

    /** What the text of {@link #option} says already is not said again. */
    private static Map<String, ?> unsaid(Reason reason, String text, Map<String, ?> context) {
        if (reason != Reason.INVALID_OPTION || !text.startsWith("Option ")) {
            return context;
        }
        Map<String, Object> unsaid = new HashMap<>(context);
        unsaid.keySet().removeAll(List.of("option", "value", "bound"));
        return unsaid;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public String code() {
        return reason.name();
    }
}

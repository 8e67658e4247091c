package io.durableserver;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server refused a request and runs on: {@code [REJECTED OUT_OF_STOCK] text {name=value, …}}. A handler throws it, or returns
 * {@link Next#reject}; nothing of its turn is applied, the messages of the turn are dropped, and the caller gets this exception
 * with the same code, text and details. Any other exception of a handler stops the server ({@link HandlerFailedException}).
 *
 * <p>What the turn did outside of the server stays done: calls it made to other servers, and effects on other systems. A
 * rejection that a handler gets from a call and does not catch rejects its own request too. Thrown by {@link DurableServer#init},
 * it refuses the start: the caller that starts the server gets it.
 */
public final class RejectedException extends DurableServerException {
    /** Longest code, in characters. */
    public static final int MAX_CODE = 128;

    /** Longest text, and longest name and value of a detail, in characters. */
    public static final int MAX_TEXT = 2_000;

    /** Most details. */
    public static final int MAX_DETAILS = 32;

    private static final long serialVersionUID = 1L;

    private final String code;

    /** A refusal without details. */
    public RejectedException(String code, String text) {
        this(code, text, Map.of());
    }

    /**
     * A refusal.
     *
     * @param code what a program decides by, such as {@code OUT_OF_STOCK}: 1 to {@value #MAX_CODE} characters, not blank
     * @param text what a reader is told: at most {@value #MAX_TEXT} characters
     * @param details at most {@value #MAX_DETAILS} names and values, each of at most {@value #MAX_TEXT} characters; values are kept
     *     as their texts. Callers see them: no secrets
     * @throws ConfigurationException {@code INVALID_OPTION} when one of these is out of its bounds
     */
    public RejectedException(String code, String text, Map<String, ?> details) {
        this(new Checked(checkedCode(code), checkedText(text), texts(details)));
    }

    private RejectedException(Checked parts) {
        super(ErrorText.message("REJECTED " + parts.code, parts.text, parts.details), parts.text, parts.details, null);
        this.code = parts.code;
    }

    /** What is within its bounds, and the same at callers on all nodes. */
    private record Checked(String code, String text, Map<String, String> details) {}

    /** What a program decides by, as the handler chose it. */
    @Override
    public String code() {
        return code;
    }

    /** Names and values the handler gave; the same as {@link #context}. */
    public Map<String, String> details() {
        return context();
    }

    private static String checkedCode(@Nullable String code) {
        if (code == null || code.isBlank() || code.length() > MAX_CODE) {
            throw ConfigurationException.option(
                    "rejection.code", shown(code), "1 to " + MAX_CODE + " characters, not blank");
        }
        return encodable(code);
    }

    private static String checkedText(@Nullable String text) {
        if (text == null || text.length() > MAX_TEXT) {
            throw ConfigurationException.option("rejection.text", shown(text), "at most " + MAX_TEXT + " characters");
        }
        return encodable(text);
    }

    private static Map<String, String> texts(@Nullable Map<String, ?> details) {
        if (details == null || details.size() > MAX_DETAILS) {
            throw ConfigurationException.option(
                    "rejection.details", details == null ? "null" : details.size(), "at most " + MAX_DETAILS);
        }
        Map<String, String> texts = new HashMap<>();
        details.forEach((name, value) -> texts.put(detail(name), detail(value)));
        return texts;
    }

    private static String detail(@Nullable Object part) {
        String text = String.valueOf(part);
        if (text.length() > MAX_TEXT) {
            throw ConfigurationException.option(
                    "rejection.details", shown(text), "names and values of at most " + MAX_TEXT + " characters");
        }
        return encodable(text);
    }

    /** Half a surrogate pair has no bytes: here it becomes what it would be at a caller on another node. */
    private static String encodable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String shown(@Nullable String text) {
        return text == null ? "null" : text.length() <= MAX_CODE ? "'" + text + "'" : text.length() + " characters";
    }
}

package io.durableserver;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The message of an error: {@code [REASON, retryable] text {name=value, …}}. Names come in one order, whatever map they were
 * given in, so that messages of one fact look the same in every log; long texts are cut.
 */
final class ErrorText {
    /** Names that say what it is about come first, in this order; all others follow by the alphabet. */
    private static final List<String> FIRST = List.of("key", "type", "message", "option", "value", "bound");

    /** Bound of the text in the message, in chars. */
    private static final int MAX_TEXT = 2_000;

    /** Bound of each value in the message, in chars; {@link DurableServerException#context} has the whole value. */
    private static final int MAX_VALUE = 300;

    private ErrorText() {}

    static Map<String, String> ordered(Map<String, ?> context) {
        List<String> names = new ArrayList<>(context.keySet());
        names.sort((a, b) -> {
            int byRank = Integer.compare(rank(a), rank(b));
            return byRank != 0 ? byRank : a.compareTo(b);
        });
        Map<String, String> ordered = new LinkedHashMap<>();
        names.forEach(name -> ordered.put(name, String.valueOf(context.get(name))));
        return Collections.unmodifiableMap(ordered);
    }

    private static int rank(String name) {
        int rank = FIRST.indexOf(name);
        return rank < 0 ? FIRST.size() : rank;
    }

    static String message(String label, String text, Map<String, ?> context) {
        Map<String, String> ordered = ordered(context);
        StringBuilder message = new StringBuilder(64).append('[').append(label).append("] ");
        message.append(cut(text, MAX_TEXT));
        if (!ordered.isEmpty()) {
            String separator = " {";
            for (Map.Entry<String, String> entry : ordered.entrySet()) {
                message.append(separator).append(entry.getKey()).append('=').append(cut(entry.getValue(), MAX_VALUE));
                separator = ", ";
            }
            message.append('}');
        }
        return message.toString();
    }

    private static String cut(String text, int bound) {
        if (text.length() <= bound) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(bound - 2)) ? bound - 2 : bound - 1;
        return text.substring(0, end) + "…";
    }
}

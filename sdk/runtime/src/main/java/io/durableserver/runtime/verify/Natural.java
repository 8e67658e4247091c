package io.durableserver.runtime.verify;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a map or list of anything with what a codec makes of it that knows no classes: texts, truths, numbers by their
 * value whatever their class, lists in order, maps by the text of their keys. What else is in it (times, records) comes back
 * as another kind of value, so that only its being there is compared.
 */
final class Natural {
    private Natural() {}

    /** The first difference; null when there is none. */
    static Comparison.@Nullable Difference first(@Nullable Object sent, @Nullable Object back) {
        return first(sent, back, "");
    }

    private static Comparison.@Nullable Difference first(@Nullable Object sent, @Nullable Object back, String path) {
        if (sent == null || back == null) {
            // An empty optional is written as null.
            return sent == null && back != null ? differs(path, "it came back with a value") : null;
        }
        if (sent instanceof Map<?, ?> one && back instanceof Map<?, ?> other) {
            return ofMaps(one, other, path);
        }
        if (back instanceof List<?> other
                && (sent instanceof Collection || sent.getClass().isArray())) {
            return ofLists(elements(sent), other, path);
        }
        boolean same = true;
        if (sent instanceof Number one && back instanceof Number other) {
            same = sameNumber(one, other);
        } else if (sent instanceof CharSequence || sent instanceof Boolean || sent instanceof Character) {
            same = sent.toString().equals(back.toString());
        }
        return same ? null : differs(path, "its value changed");
    }

    private static Comparison.@Nullable Difference ofMaps(Map<?, ?> one, Map<?, ?> other, String path) {
        if (one.size() != other.size()) {
            return differs(path, "its size changed: are two keys written alike?");
        }
        for (Map.Entry<?, ?> entry : one.entrySet()) {
            Object key = entry.getKey();
            if (key instanceof String) {
                Comparison.Difference found = other.containsKey(key)
                        ? first(entry.getValue(), other.get(key), under(path))
                        : differs(under(path), "a key changed");
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static Comparison.@Nullable Difference ofLists(List<?> one, List<?> other, String path) {
        if (one.size() != other.size()) {
            return differs(path, "its size changed");
        }
        Iterator<?> back = other.iterator();
        for (Object element : one) {
            Comparison.Difference found = first(element, back.next(), under(path));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static List<?> elements(Object sent) {
        if (sent instanceof Collection<?> collection) {
            return new ArrayList<>(collection);
        }
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(sent); i++) {
            elements.add(Array.get(sent, i));
        }
        return elements;
    }

    /** Compares numbers as wide as the narrower of both: a float comes back as a double. */
    private static boolean sameNumber(Number one, Number other) {
        if (one instanceof Float || other instanceof Float) {
            return Float.compare(one.floatValue(), other.floatValue()) == 0;
        }
        if (isFloating(one) && isFloating(other)) {
            return Double.compare(one.doubleValue(), other.doubleValue()) == 0;
        }
        try {
            return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
        } catch (NumberFormatException infinite) {
            return one.toString().equals(other.toString());
        }
    }

    private static boolean isFloating(Number number) {
        return number instanceof Double || number instanceof Float;
    }

    /** Keys are data: they are no part of a path. */
    private static String under(String path) {
        return path.isEmpty() ? "*" : path + ".*";
    }

    private static Comparison.Difference differs(String path, String problem) {
        return new Comparison.Difference(path, problem);
    }
}

package io.durableserver.shapes;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Whether two values are the same, part by part; no class is asked for its opinion but those of the JDK. */
final class Same {
    private Same() {}

    /** Where they differ first; null when they do not. */
    static @Nullable String difference(@Nullable Object one, @Nullable Object two, String path) throws Exception {
        Object left = one instanceof Optional<?> optional && optional.isEmpty() ? null : one;
        Object right = two instanceof Optional<?> optional && optional.isEmpty() ? null : two;
        if (left == null || right == null) {
            return left == right ? null : path + ": " + left + " became " + right;
        }
        if (left instanceof Set<?> a && right instanceof Set<?> b) {
            return unordered(a, b, path);
        }
        if (left instanceof Collection<?> a && right instanceof Collection<?> b) {
            return ordered(a, b, path);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return maps(a, b, path);
        }
        if (left.getClass() != right.getClass()) {
            return path + ": " + left.getClass() + " became " + right.getClass();
        }
        if (left instanceof Optional<?> a && right instanceof Optional<?> b) {
            return difference(a.get(), b.get(), path + "?");
        }
        if (left instanceof AtomicLong a && right instanceof AtomicLong b) {
            return difference(a.get(), b.get(), path);
        }
        if (left.getClass().isArray()) {
            return ordered(list(left), list(right), path);
        }
        return left instanceof Enum<?> || left.getClass().getClassLoader() == null
                ? (left.equals(right) ? null : path + ": " + left + " became " + right)
                : fields(left, right, path);
    }

    private static @Nullable String fields(Object left, Object right, String path) throws Exception {
        for (Field field : left.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                field.setAccessible(true);
                String found = difference(field.get(left), field.get(right), path + "." + field.getName());
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable String ordered(Collection<?> left, Collection<?> right, String path) throws Exception {
        if (left.size() != right.size()) {
            return path + ": size " + left.size() + " became " + right.size();
        }
        Iterator<?> other = right.iterator();
        for (Object element : left) {
            String found = difference(element, other.next(), path + "[]");
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable String unordered(Collection<?> left, Collection<?> right, String path) throws Exception {
        List<Object> rest = new ArrayList<>(right);
        for (Object element : left) {
            Object match = null;
            boolean found = false;
            for (Object candidate : rest) {
                if (difference(element, candidate, path) == null) {
                    match = candidate;
                    found = true;
                    break;
                }
            }
            if (!found) {
                return path + "[]: " + element + " is gone";
            }
            Object taken = match;
            for (Iterator<Object> i = rest.iterator(); i.hasNext(); ) {
                if (i.next() == taken) {
                    i.remove();
                    break;
                }
            }
        }
        return rest.isEmpty() ? null : path + ": grew";
    }

    private static @Nullable String maps(Map<?, ?> left, Map<?, ?> right, String path) throws Exception {
        if (!left.keySet().equals(right.keySet())) {
            return path + "{key}: " + left.keySet() + " became " + right.keySet();
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            String found = difference(entry.getValue(), right.get(entry.getKey()), path + "{}");
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static List<Object> list(Object array) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            list.add(Array.get(array, i));
        }
        return list;
    }
}

package io.durableserver.runtime.verify;

import io.durableserver.Codec;
import io.durableserver.DurableServerException;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Compares a value with what came back from its bytes: records and other classes by their fields, lists and arrays in order,
 * sets without, maps by key, floating point by bits (every NaN is one), decimals with their scale. No {@code equals} of an
 * application's class is asked. An empty {@link Optional} and null are the same: no data lies between them. What is being
 * compared already is not entered again, so rings end.
 */
final class Comparison {
    /**
     * The first difference. Holds names of fields and classes, never a value (P9).
     *
     * @param path names of fields, and a star for each element, key or value of a container
     * @param problem what differs
     */
    record Difference(String path, String problem) {}

    private final Deque<String> path = new ArrayDeque<>();
    private final IdentityHashMap<Object, Object> entered = new IdentityHashMap<>();
    private String problem = "";

    private final Codec codec;

    private Comparison(Codec codec) {
        this.codec = codec;
    }

    /**
     * The first difference; null when there is none.
     *
     * @param codec writes again what only its bytes can tell, see {@link OwnForms}
     */
    static @Nullable Difference first(@Nullable Object sent, @Nullable Object back, Codec codec) {
        Comparison comparison = new Comparison(codec);
        return comparison.same(sent, back) ? null : comparison.difference();
    }

    private Difference difference() {
        return new Difference(String.join(".", path), problem);
    }

    private boolean same(@Nullable Object sent, @Nullable Object back) {
        Object one = bare(sent);
        Object other = bare(back);
        if (one == other) {
            return true;
        }
        if (one == null || other == null) {
            return differs(other == null ? "it came back without its value" : "it came back with a value");
        }
        if (one instanceof Map<?, ?> left && other instanceof Map<?, ?> right) {
            return sameMap(left, right);
        }
        if (one instanceof Collection<?> left && other instanceof Collection<?> right) {
            return (left instanceof Set || right instanceof Set) ? sameSet(left, right) : sameList(left, right);
        }
        if (one.getClass().isArray() && one.getClass() == other.getClass()) {
            return sameArray(one, other);
        }
        Class<?> type = Values.classOf(one);
        if (Values.isWhole(type) && Values.isWhole(Values.classOf(other))) {
            return Values.same(one, other) || differs(changed(one, other, "its value changed"));
        }
        return one.getClass() == other.getClass()
                ? sameFields(one, other)
                : differs(changed(one, other, "its class changed"));
    }

    /** What an optional or a reference holds; a value that is none of them is its own. */
    private static @Nullable Object bare(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return bare(optional.orElse(null));
        }
        if (OptionalInt.empty().equals(value)
                || OptionalLong.empty().equals(value)
                || OptionalDouble.empty().equals(value)) {
            return null;
        }
        return value instanceof AtomicReference<?> reference ? bare(reference.get()) : value;
    }

    private boolean sameFields(Object one, Object other) {
        if (entered.put(one, other) != null) {
            return true;
        }
        int here = path.size();
        Fields fields = Fields.of(one.getClass());
        for (Fields.Part part : fields.parts()) {
            if (!under(part.name(), part.of(one), part.of(other))) {
                if (!(fields.ownForm() || part.ownForm()) || !sameBytes(one, other)) {
                    return false;
                }
                while (path.size() > here) {
                    path.removeLast();
                }
            }
        }
        entered.remove(one);
        return true;
    }

    /** What only the application's serializer can tell: both are written alike. */
    private boolean sameBytes(Object one, Object other) {
        try {
            return Arrays.equals(codec.encode(one, one.getClass()), codec.encode(other, other.getClass()));
        } catch (DurableServerException unwritten) {
            return false;
        }
    }

    private boolean sameList(Collection<?> one, Collection<?> other) {
        Iterator<?> left = one.iterator();
        Iterator<?> right = other.iterator();
        while (left.hasNext() && right.hasNext()) {
            if (!under("*", left.next(), right.next())) {
                return false;
            }
        }
        return left.hasNext() == right.hasNext() || differs("its size changed");
    }

    private boolean sameArray(Object one, Object other) {
        int length = Array.getLength(one);
        if (length != Array.getLength(other)) {
            return differs("its size changed");
        }
        for (int i = 0; i < length; i++) {
            if (!under("*", Array.get(one, i), Array.get(other, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean sameSet(Collection<?> one, Collection<?> other) {
        if (one.size() != other.size()) {
            return differs("its size changed");
        }
        if (one.size() == 1) {
            return sameList(one, other);
        }
        Map<Integer, List<@Nullable Object>> left = Values.byHash(other, element -> element);
        for (Object element : one) {
            if (!takeSame(element, left.getOrDefault(Values.hash(element), List.of()))) {
                path.addLast("*");
                return differs("an element changed");
            }
        }
        return true;
    }

    private boolean takeSame(@Nullable Object element, List<@Nullable Object> candidates) {
        for (Iterator<@Nullable Object> it = candidates.iterator(); it.hasNext(); ) {
            if (sameApart(element, it.next())) {
                it.remove();
                return true;
            }
        }
        return false;
    }

    private boolean sameMap(Map<?, ?> one, Map<?, ?> other) {
        if (one.size() != other.size()) {
            return differs("its size changed");
        }
        Map<Integer, List<Map.Entry<?, ?>>> left = Values.byHash(other.entrySet(), Map.Entry::getKey);
        for (Map.Entry<?, ?> entry : one.entrySet()) {
            Map.Entry<?, ?> match = match(entry, left.getOrDefault(Values.hash(entry.getKey()), List.of()));
            if (match == null) {
                path.addLast("*");
                return differs("a key changed");
            }
            if (!under("*", entry.getValue(), match.getValue())) {
                return false;
            }
        }
        return true;
    }

    private Map.@Nullable Entry<?, ?> match(Map.Entry<?, ?> entry, List<Map.Entry<?, ?>> candidates) {
        for (Map.Entry<?, ?> candidate : candidates) {
            if (sameApart(entry.getKey(), candidate.getKey())) {
                return candidate;
            }
        }
        return null;
    }

    /** Compares two candidates, in their own comparison: a difference is no difference of the whole yet. */
    private boolean sameApart(@Nullable Object one, @Nullable Object other) {
        Comparison apart = new Comparison(codec);
        apart.entered.putAll(entered);
        return apart.same(one, other);
    }

    /** Compares a part; when it differs the path to it stays. */
    private boolean under(String name, @Nullable Object one, @Nullable Object other) {
        path.addLast(name);
        if (!same(one, other)) {
            return false;
        }
        path.removeLast();
        return true;
    }

    private static String changed(Object one, Object other, String otherwise) {
        Class<?> sent = Values.classOf(one);
        Class<?> back = Values.classOf(other);
        return sent == back ? otherwise : sent.getTypeName() + " came back as " + back.getTypeName();
    }

    private boolean differs(String what) {
        problem = what;
        return false;
    }
}

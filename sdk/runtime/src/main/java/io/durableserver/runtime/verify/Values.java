package io.durableserver.runtime.verify;

import com.fasterxml.jackson.core.TreeNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which values are compared as a whole, and how; everything else is compared part by part. */
final class Values {
    private static final ClassValue<Boolean> WHOLE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.isPrimitive()
                    || type.isEnum()
                    || isOfPlatform(type)
                    || TreeNode.class.isAssignableFrom(type)
                    || !Fields.of(type).readable();
        }
    };

    private static final ClassValue<Boolean> OWN_EQUALS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
            } catch (NoSuchMethodException impossible) {
                return false;
            }
        }
    };

    private static final int HASHED_LEVELS = 5;

    private Values() {}

    /** Whether a value of this class is looked at as one thing. */
    static boolean isWhole(Class<?> type) {
        return WHOLE.get(type);
    }

    /** The class of an enum's constant is the enum's, also where the constant has a body. */
    static Class<?> classOf(Object value) {
        return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    }

    /** Compares two values that are looked at as one thing. */
    static boolean same(Object one, Object other) {
        if (one instanceof Enum || other instanceof Enum) {
            return one == other;
        }
        if (one instanceof CharSequence || one instanceof TreeNode) {
            return one.toString().contentEquals(other.toString()) && sameKind(one, other);
        }
        if (one instanceof Pattern left && other instanceof Pattern right) {
            return left.pattern().equals(right.pattern()) && left.flags() == right.flags();
        }
        if (OWN_EQUALS.get(one.getClass())) {
            // Wrappers of floating point compare bits and take every NaN as one; BigDecimal compares its scale too.
            return one.equals(other);
        }
        if (one instanceof Number) {
            return one.getClass() == other.getClass() && one.toString().equals(other.toString());
        }
        return one.getClass() == other.getClass();
    }

    private static boolean sameKind(Object one, Object other) {
        return one instanceof CharSequence ? other instanceof CharSequence : other instanceof TreeNode;
    }

    /** Equal for values that are the same by {@link Comparison}; looks a few levels deep only. */
    static int hash(@Nullable Object value) {
        return hash(value, HASHED_LEVELS);
    }

    private static int hash(@Nullable Object value, int levels) {
        if (value == null || levels == 0) {
            return 0;
        }
        if (value instanceof Optional<?> optional) {
            return hash(optional.orElse(null), levels);
        }
        if (value instanceof AtomicReference<?> reference) {
            return hash(reference.get(), levels);
        }
        if (value instanceof Map<?, ?> map) {
            int sum = 1;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += 31 * hash(entry.getKey(), levels - 1) + hash(entry.getValue(), levels - 1);
            }
            return sum;
        }
        if (value instanceof Collection<?> collection) {
            int sum = 1;
            for (Object element : collection) {
                sum += hash(element, levels - 1);
            }
            return sum;
        }
        if (value.getClass().isArray()) {
            return value.getClass().getComponentType().hashCode();
        }
        if (isWhole(classOf(value))) {
            return hashOfWhole(value);
        }
        int hash = value.getClass().hashCode();
        Fields fields = Fields.of(value.getClass());
        for (Fields.Part part : fields.parts()) {
            boolean counts = !fields.ownForm() && !part.ownForm();
            hash = 31 * hash + (counts ? hash(part.of(value), levels - 1) : 0);
        }
        return hash;
    }

    private static int hashOfWhole(Object value) {
        if (value instanceof CharSequence || value instanceof TreeNode) {
            return value.toString().hashCode();
        }
        return value instanceof Enum || !OWN_EQUALS.get(value.getClass())
                ? classOf(value).hashCode()
                : value.hashCode();
    }

    /** Elements by the hash of a part of them. */
    static <T extends @Nullable Object> Map<Integer, List<T>> byHash(
            Collection<? extends T> elements, Function<? super T, ? extends @Nullable Object> part) {
        Map<Integer, List<T>> buckets = new HashMap<>();
        for (T element : elements) {
            buckets.computeIfAbsent(hash(part.apply(element)), h -> new ArrayList<>(1))
                    .add(element);
        }
        return buckets;
    }

    private static boolean isOfPlatform(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }
}

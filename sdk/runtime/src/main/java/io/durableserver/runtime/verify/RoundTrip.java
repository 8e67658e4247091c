package io.durableserver.runtime.verify;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Proves that values come back from their bytes before they are acknowledged: the first value of each type, and each value in
 * which a class stands at a place where it did not stand before. Others cost a look at the places where a new class can come;
 * a type without such places costs one look-up. Thread-safe; what is kept is bounded by the classes of the program, by
 * {@value Place#MAX_CLASSES} for one place.
 */
public final class RoundTrip {
    /** Decodes what was just encoded, in the way it will be read. */
    @FunctionalInterface
    public interface Reader {
        /** The value, or a typed error. */
        @Nullable
        Object read(byte[] bytes);
    }

    private static final class Root {
        final Place place;
        volatile boolean begun;

        Root(Type type) {
            place = new Place(type);
        }
    }

    private final ConcurrentMap<Type, Root> roots = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, ClassPlan> plans = new ConcurrentHashMap<>();

    /**
     * Checks a value that was just encoded.
     *
     * @param value the value
     * @param type the type it was encoded as
     * @param bytes its bytes
     * @param codec made the bytes
     * @param reader decodes them as they will be decoded
     * @throws ConfigurationException {@code NOT_ENCODABLE} with the path to the first difference, never the value
     */
    public void check(@Nullable Object value, Type type, byte[] bytes, Codec codec, Reader reader) {
        if (value != null) {
            check(value, type, codec, () -> Comparison.first(value, reader.read(bytes), codec));
        }
    }

    /**
     * Checks a map or a collection of anything, which comes back as what its bytes say it is, see {@link Natural}.
     *
     * @throws ConfigurationException {@code NOT_ENCODABLE} with the path to the first difference, never the value
     */
    public void checkNatural(Object value, Type type, byte[] bytes, Codec codec) {
        Type natural = value instanceof Map ? Map.class : List.class;
        check(value, type, codec, () -> Natural.first(value, codec.decode(bytes, natural)));
    }

    private void check(Object value, Type type, Codec codec, Proof proof) {
        Root known = roots.get(type);
        Root root = known != null ? known : roots.computeIfAbsent(type, Root::new);
        if (root.begun && root.place.isSettled()) {
            return;
        }
        Look look = new Look(this::plan);
        look.at(root.place, value);
        if (root.begun && !look.foundSomething()) {
            return;
        }
        prove(type, codec, proof);
        look.learn();
        root.begun = true;
        refresh();
    }

    private ClassPlan plan(Class<?> type) {
        return plans.computeIfAbsent(type, ClassPlan::new);
    }

    private synchronized void refresh() {
        plans.values().forEach(ClassPlan::refresh);
        roots.values().forEach(root -> root.place.refresh());
    }

    private interface Proof {
        Comparison.@Nullable Difference difference();
    }

    private static void prove(Type type, Codec codec, Proof proof) {
        Map<String, String> context = new LinkedHashMap<>();
        context.put("type", type.getTypeName());
        context.put("codec", codec.name());
        Comparison.Difference difference;
        try {
            difference = proof.difference();
        } catch (DurableServerException unreadable) {
            context.putAll(unreadable.context());
            throw refusal("The value cannot be read back from its bytes", context);
        } catch (RuntimeException defect) {
            // A collection of the application that fails while it is compared.
            context.put("problem", defect.getClass().getName());
            throw refusal("The value cannot be compared with what its bytes say", context);
        }
        if (difference != null) {
            context.put("problem", difference.problem());
            if (!difference.path().isEmpty()) {
                context.put("path", difference.path());
            }
            throw refusal("The value does not come back from its bytes as it was", context);
        }
    }

    private static ConfigurationException refusal(String message, Map<String, String> context) {
        return new ConfigurationException(ConfigurationException.Reason.NOT_ENCODABLE, message, context);
    }
}

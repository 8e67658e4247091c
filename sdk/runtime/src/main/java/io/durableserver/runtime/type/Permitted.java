package io.durableserver.runtime.type;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The classes that a sealed type permits, directly or through others, and of which there can be values. */
final class Permitted {
    /** Looked up once per type: each new instance asks. */
    private static final ClassValue<List<Class<?>>> KNOWN = new ClassValue<>() {
        @Override
        protected List<Class<?>> computeValue(Class<?> sealed) {
            Set<Class<?>> found = new LinkedHashSet<>();
            collect(sealed, sealed, found);
            return List.copyOf(found);
        }
    };

    private Permitted() {}

    /**
     * The message classes of a sealed type, in the order of its declaration.
     *
     * @throws ConfigurationException {@code INVALID_TYPE} when it is not sealed, or something it permits is open
     */
    static List<Class<?>> messages(Class<?> sealed) {
        return KNOWN.get(sealed);
    }

    private static void collect(Class<?> sealed, Class<?> type, Set<Class<?>> found) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                collect(sealed, permitted, found);
            }
        } else if (!Modifier.isFinal(type.getModifiers())) {
            throw invalid(
                    type == sealed
                            ? "A type whose messages are to be known must be sealed"
                            : "A sealed type of messages permits a type that anybody may extend: make it final or sealed",
                    sealed,
                    type);
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            found.add(type);
        }
    }

    /**
     * How a message of a sealed type is sent.
     *
     * @throws ConfigurationException {@code INVALID_TYPE} for a class that is both a call and a cast
     */
    static Slot.Kind kind(Class<?> message) {
        boolean call = Call.class.isAssignableFrom(message);
        boolean cast = Cast.class.isAssignableFrom(message);
        if (call && cast) {
            throw invalid("A message is both a call and a cast", message, message);
        }
        return call ? Slot.Kind.CALL : cast ? Slot.Kind.CAST : Slot.Kind.INFO;
    }

    private static ConfigurationException invalid(String text, Class<?> sealed, Class<?> message) {
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_TYPE,
                text,
                Map.of("sealed", sealed.getName(), "message", message.getName()));
    }
}

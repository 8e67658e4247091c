package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;

/**
 * Keys of maps are text. Jackson writes any key by its {@code toString()} and reads it by any constructor that takes text,
 * which need not fit together: so only what is known to, or what the application says.
 */
final class Keys {
    private Keys() {}

    static void check(Introspection jackson, JavaType key, String path) {
        Class<?> raw = key.getRawClass();
        if (key.isEnumType()) {
            jackson.tryConstants(key, path);
        } else if (!Scalars.areFineAsKeys(raw)
                && !hasTextOfItsOwn(jackson, key, path)
                && !hasOwnPair(jackson, key, path)) {
            throw new Refused(
                    path,
                    raw.getName() + " is no key: use String, a number, an enum, UUID or a time;"
                            + " or keep a list of records with key and value");
        }
    }

    /** Annotations make it text, and it is made from text. */
    private static boolean hasTextOfItsOwn(Introspection jackson, JavaType key, String path) {
        BeanDescription written = jackson.written(key);
        AnnotatedMember text = written.findJsonKeyAccessor();
        AnnotatedMember accessor = text != null ? text : written.findJsonValueAccessor();
        return accessor != null && accessor.getRawType() == String.class && jackson.keyDeserializer(key, path) != null;
    }

    /** Both directions come from a module or from the application. */
    private static boolean hasOwnPair(Introspection jackson, JavaType key, String path) {
        if (Platform.owns(key.getRawClass())) {
            return false;
        }
        Object writer = jackson.keySerializer(key, path);
        Object reader;
        try {
            reader = jackson.keyDeserializer(key, path);
        } catch (Refused none) {
            return false;
        }
        return writer != null && reader != null && isForeign(writer) && isForeign(reader);
    }

    private static boolean isForeign(Object handler) {
        return !handler.getClass().getName().startsWith("com.fasterxml.jackson.databind.");
    }
}

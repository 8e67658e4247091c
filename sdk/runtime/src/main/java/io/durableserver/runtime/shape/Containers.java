package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Collections and maps: those that Jackson can make again, and that are no more than what they contain. */
final class Containers {
    private Containers() {}

    static void check(Introspection jackson, JavaType type, String path) {
        Class<?> raw = type.getRawClass();
        if (!Collection.class.isAssignableFrom(raw) && !Map.class.isAssignableFrom(raw)) {
            throw new Refused(path, raw.getName() + ": declare a List, Set or Map");
        }
        if (SealedFamily.of(raw).isTagged()) {
            throw new Refused(path, raw.getName() + ": a collection cannot carry a tag. Put it into a record");
        }
        if (raw == Properties.class) {
            throw new Refused(path, "Properties: declare a Map<String, String>");
        }
        Formats.refuseLossy(jackson.written(type).findExpectedFormat(), path);
        if (jackson.deserializer(type, path) instanceof AbstractDeserializer) {
            throw new Refused(
                    path, raw.getName() + ": Jackson does not know how to make one. Declare a List, Set or Map");
        }
        String lost = fieldBesideContents(raw);
        if (lost != null) {
            throw new Refused(
                    path,
                    raw.getName() + " has the field " + lost
                            + " beside its elements, and only elements are written. Put both into a record");
        }
    }

    /** A field that a class adds to a collection of the JDK; fields of a collection that is its own are its contents. */
    private static @Nullable String fieldBesideContents(Class<?> type) {
        String found = null;
        @Nullable Class<?> c = type;
        for (; c != null && !Platform.owns(c); c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                    found = field.getName();
                }
            }
        }
        boolean extendsOne = c != null && c != Object.class && !Modifier.isAbstract(c.getModifiers());
        return extendsOne ? found : null;
    }
}

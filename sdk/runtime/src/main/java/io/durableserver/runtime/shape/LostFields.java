package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fields that no property carries: their values would be gone. */
public final class LostFields {
    private LostFields() {}

    static void refuse(Introspection jackson, JavaType type, Set<String> written, Set<String> read, String path) {
        Set<String> carried = new HashSet<>();
        for (BeanPropertyDefinition property : jackson.written(type).findProperties()) {
            if (written.contains(property.getName()) && read.contains(property.getName())) {
                carried.add(property.getInternalName());
                carried.add(property.getName());
                if (property.getField() != null) {
                    carried.add(property.getField().getName());
                }
            }
        }
        if (!type.isRecordType()) {
            carried.addAll(jackson.written(type).getIgnoredPropertyNames()); // by choice, as transient ones
        }
        Field lost = first(type.getRawClass(), carried);
        if (lost != null) {
            throw new Refused(
                    path + "." + lost.getName(),
                    "no property carries this field, so its value would be gone: give it"
                            + " a getter and a constructor parameter or setter of its name, or mark it transient, or make "
                            + type.getRawClass().getSimpleName() + " a record");
        }
    }

    /** The first field of a class that none of these names explains; null where there is none. */
    public static @Nullable Field first(Class<?> type, Set<String> names) {
        for (@Nullable Class<?> c = type; c != null && !Platform.owns(c); c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (isData(field) && !names.contains(field.getName())) {
                    return field;
                }
            }
        }
        return null;
    }

    private static boolean isData(Field field) {
        int modifiers = field.getModifiers();
        return !Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !Kotlin.isLazy(field);
    }
}

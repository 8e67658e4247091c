package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
            JsonIgnoreProperties ofClass = type.getRawClass().getAnnotation(JsonIgnoreProperties.class);
            if (ofClass != null) {
                carried.addAll(List.of(ofClass.value()));
            }
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
                if (isData(field) && !names.contains(field.getName()) && !isSpelled(field, names)) {
                    return field;
                }
            }
        }
        return null;
    }

    /**
     * A property of nearly the same name carries it: {@code isActive} is the property {@code active}, {@code xAxis} is
     * {@code xaxis}, {@code _title} is {@code title}. Where that is wrong, the first value that is written shows it.
     */
    private static boolean isSpelled(Field field, Set<String> names) {
        String plain = field.getName().toLowerCase(Locale.ROOT).replaceFirst("^_+", "");
        String flag = plain.startsWith("is") ? plain.substring(2) : plain;
        String member = plain.startsWith("m") ? plain.substring(1) : plain;
        return names.stream()
                .map(known -> known.toLowerCase(Locale.ROOT))
                .anyMatch(known -> known.equals(plain) || known.equals(flag) || known.equals(member));
    }

    private static boolean isData(Field field) {
        int modifiers = field.getModifiers();
        return !Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !Kotlin.isLazy(field);
    }
}

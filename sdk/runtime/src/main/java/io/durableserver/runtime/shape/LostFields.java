package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Fields that no property carries: their values would be gone. */
public final class LostFields {
    private static final List<BiPredicate<Field, BeanPropertyDefinition>> CARRIES = List.of(
            (field, property) -> field.getName().equals(property.getInternalName())
                    || (property.getField() != null
                            && field.getName().equals(property.getField().getName())),
            (field, property) -> field.getName().equals(property.getName()),
            (field, property) ->
                    isSpelled(field, new HashSet<>(List.of(property.getInternalName(), property.getName()))));

    private LostFields() {}

    static void refuse(Introspection jackson, JavaType type, Set<String> written, Set<String> read, String path) {
        List<BeanPropertyDefinition> carrying = new ArrayList<>();
        for (BeanPropertyDefinition property : jackson.written(type).findProperties()) {
            if (written.contains(property.getName()) && read.contains(property.getName())) {
                carrying.add(property);
            }
        }
        Set<String> ignored = new HashSet<>();
        if (!type.isRecordType()) {
            ignored.addAll(jackson.written(type).getIgnoredPropertyNames()); // by choice, as transient ones
            JsonIgnoreProperties ofClass = type.getRawClass().getAnnotation(JsonIgnoreProperties.class);
            if (ofClass != null) {
                ignored.addAll(List.of(ofClass.value()));
            }
        }
        Field lost = first(type.getRawClass(), carrying, ignored);
        if (lost != null) {
            throw new Refused(
                    path + "." + lost.getName(),
                    "no property carries this field, so its value would be gone: give it"
                            + " a getter and a constructor parameter or setter of its name, or mark it transient, or make "
                            + type.getRawClass().getSimpleName() + " a record");
        }
    }

    /**
     * The first field of a class that none of these properties carries; null where there is none. A property carries one
     * field, that of its own name before one of nearly the same, and those of that name that it overrides.
     */
    public static @Nullable Field first(
            Class<?> type, Collection<BeanPropertyDefinition> properties, Set<String> ignored) {
        List<Field> left = data(type);
        left.removeIf(field -> isSpelled(field, ignored));
        List<BeanPropertyDefinition> free = List.copyOf(properties);
        for (BiPredicate<Field, BeanPropertyDefinition> rule : CARRIES) {
            free = free.stream()
                    .filter(property -> !carry(type, property, rule, left))
                    .toList();
        }
        return left.isEmpty() ? null : left.get(0);
    }

    private static boolean carry(
            Class<?> type,
            BeanPropertyDefinition property,
            BiPredicate<Field, BeanPropertyDefinition> rule,
            List<Field> left) {
        Class<?> accessed =
                property.getAccessor() == null ? type : property.getAccessor().getDeclaringClass();
        for (Field field : left) {
            // A field below the getter is not what the getter returns.
            if (field.getDeclaringClass().isAssignableFrom(accessed) && rule.test(field, property)) {
                String name = field.getName();
                left.removeIf(other -> other.getName().equals(name)
                        && other.getDeclaringClass().isAssignableFrom(accessed));
                return true;
            }
        }
        return false;
    }

    private static List<Field> data(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (@Nullable Class<?> c = type; c != null && !Platform.owns(c); c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (isData(field)) {
                    fields.add(field);
                }
            }
        }
        return fields;
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

package io.durableserver.runtime.verify;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields that make up a value of a class, those of its superclasses first. Fields are read directly, so that looking at
 * a value never enters user code. What a class that is no record declares as not stored (transient, {@link JsonIgnore}) is no
 * part of it.
 */
record Fields(List<Part> parts, boolean readable, boolean ownForm) {
    /**
     * One field; the handle takes and returns an {@code Object}.
     *
     * @param ownForm whether annotations of the field say how its value is written and read
     */
    record Part(String name, Type type, MethodHandle getter, boolean ownForm) {
        @Nullable
        Object of(Object value) {
            try {
                return (Object) getter.invokeExact(value);
            } catch (Throwable impossible) {
                throw new IllegalStateException("A field cannot be read: " + name, impossible);
            }
        }
    }

    private static final ClassValue<Fields> KNOWN = new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
            return find(type);
        }
    };

    /** The fields of a class; looked up once per class. */
    static Fields of(Class<?> type) {
        return KNOWN.get(type);
    }

    private static Fields find(Class<?> type) {
        List<Class<?>> line = new ArrayList<>();
        for (@Nullable Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            line.add(0, c);
        }
        List<Part> parts = new ArrayList<>();
        try {
            for (Class<?> c : line) {
                for (Field field : c.getDeclaredFields()) {
                    if (isStored(field, type)) {
                        field.setAccessible(true);
                        MethodHandle getter = MethodHandles.lookup()
                                .unreflectGetter(field)
                                .asType(MethodType.methodType(Object.class, Object.class));
                        parts.add(new Part(field.getName(), field.getGenericType(), getter, OwnForms.isMember(field)));
                    }
                }
            }
        } catch (RuntimeException | IllegalAccessException closed) {
            // A module that does not open its package: the codec sees no more of it than its properties, nor do we.
            return new Fields(List.of(), false, false);
        }
        return new Fields(List.copyOf(parts), true, OwnForms.isClass(type));
    }

    private static boolean isStored(Field field, Class<?> type) {
        return !Modifier.isStatic(field.getModifiers())
                && !Modifier.isTransient(field.getModifiers())
                && !field.isSynthetic()
                // How Kotlin keeps a lazy or observed property: what it computes is no field of ours.
                && !field.getName().endsWith("$delegate")
                && (field.getDeclaringClass().isRecord() || !isIgnoredByChoice(field, type));
    }

    /** A record is all of its components; another class may have fields that it makes again when it is read. */
    private static boolean isIgnoredByChoice(Field field, Class<?> type) {
        return isIgnored(type, field.getName()) || Accessors.anySays(field, Fields::isIgnored);
    }

    private static boolean isIgnored(AnnotatedElement element) {
        JsonIgnore ignore = element.getAnnotation(JsonIgnore.class);
        return ignore != null && ignore.value();
    }

    private static boolean isIgnored(Class<?> type, String name) {
        JsonIgnoreProperties ignored = type.getAnnotation(JsonIgnoreProperties.class);
        return ignored != null && List.of(ignored.value()).contains(name);
    }
}

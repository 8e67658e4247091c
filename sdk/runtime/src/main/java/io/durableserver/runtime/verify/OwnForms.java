package io.durableserver.runtime.verify;

import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.Converter;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which classes and fields have a serializer or a converter of the application. What belongs to such a value only the
 * application knows: a field may be computed from others when it is asked for. A record is its components all the same.
 */
final class OwnForms {
    private OwnForms() {}

    static boolean isClass(Class<?> type) {
        return !type.isRecord() && isNamed(type);
    }

    private static boolean isNamed(@Nullable Class<?> type) {
        if (type == null || type == Object.class) {
            return false;
        }
        if (says(type) || isNamed(type.getSuperclass())) {
            return true;
        }
        for (Class<?> parent : type.getInterfaces()) {
            if (isNamed(parent)) {
                return true;
            }
        }
        return false;
    }

    /** By the field, the component or the getter. */
    static boolean isMember(Field field) {
        if (says(field)) {
            return true;
        }
        String name = field.getName();
        String bean = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        for (Method method : field.getDeclaringClass().getDeclaredMethods()) {
            String called = method.getName();
            if (method.getParameterCount() == 0
                    && (called.equals(name) || called.equals("get" + bean) || called.equals("is" + bean))
                    && says(method)) {
                return true;
            }
        }
        return false;
    }

    private static boolean says(AnnotatedElement element) {
        JsonSerialize named = element.getAnnotation(JsonSerialize.class);
        return named != null
                && (named.using() != JsonSerializer.None.class
                        || named.contentUsing() != JsonSerializer.None.class
                        || named.keyUsing() != JsonSerializer.None.class
                        || named.converter() != Converter.None.class
                        || named.contentConverter() != Converter.None.class);
    }
}

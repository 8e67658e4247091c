package io.durableserver.runtime.verify;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.durableserver.runtime.shape.OwnWriters;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
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

    /** Whether the field, its component or its getter names a form. */
    static boolean isMember(Field field) {
        return Accessors.anySays(field, OwnForms::says);
    }

    private static boolean says(AnnotatedElement element) {
        return OwnWriters.isNamedBy(element.getAnnotation(JsonSerialize.class));
    }
}

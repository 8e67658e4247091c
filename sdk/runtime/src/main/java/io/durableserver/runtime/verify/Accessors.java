package io.durableserver.runtime.verify;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.function.Predicate;

/** The places of annotations that speak for a field: itself, and its getters, those of records included. */
final class Accessors {
    private Accessors() {}

    /** Whether the field, or a getter of it in its class, says so. */
    static boolean anySays(Field field, Predicate<AnnotatedElement> says) {
        if (says.test(field)) {
            return true;
        }
        String name = field.getName();
        String bean = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        for (Method method : field.getDeclaringClass().getDeclaredMethods()) {
            String called = method.getName();
            if (method.getParameterCount() == 0
                    && (called.equals(name) || called.equals("get" + bean) || called.equals("is" + bean))
                    && says.test(method)) {
                return true;
            }
        }
        return false;
    }
}

package io.durableserver.runtime.shape;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is told of Kotlin's classes without Kotlin on the classpath. */
final class Kotlin {
    private Kotlin() {}

    static boolean isKotlin(Class<?> type) {
        for (Annotation annotation : type.getAnnotations()) {
            if (annotation.annotationType().getName().equals("kotlin.Metadata")) {
                return true;
            }
        }
        return false;
    }

    /** Jackson alone reads some classes of Kotlin, and loses of those what Java does not see in them. */
    static void refuseUnless(Set<String> languages, Class<?> type, String path) {
        if (!languages.contains("kotlin") && isKotlin(type) && !type.isEnum()) {
            throw new Refused(
                    path,
                    type.getName() + " is a class of Kotlin: to read it, the class path needs durableserver-kotlin and"
                            + " jackson-module-kotlin, which that brings");
        }
    }

    /** An {@code object} without variables: the one that is read is the one that was written. */
    static boolean isConstantObject(Class<?> type) {
        boolean single = false;
        for (@Nullable Class<?> c = type; c != null && !Platform.owns(c); c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                single |= field.getType() == type && field.getName().equals("INSTANCE");
                if (!Modifier.isFinal(field.getModifiers())) {
                    return false;
                }
            }
        }
        return single && isKotlin(type);
    }

    /** What computes a property when it is first read; it is computed again. */
    static boolean isLazy(Field field) {
        return field.getType().getName().equals("kotlin.Lazy");
    }
}

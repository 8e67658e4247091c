package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kotlin's reflection whether a constructor's parameter is nullable or has a default: neither is visible to Java. The
 * runtime does not depend on Kotlin; applications in Kotlin bring it, with Jackson's module.
 */
final class KotlinParameters {
    private KotlinParameters() {}

    static boolean mayBeMissing(@Nullable AnnotatedMember member) {
        if (!(member instanceof AnnotatedParameter parameter)
                || !(parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor)
                || !isKotlin(constructor.getDeclaringClass())) {
            return false;
        }
        try {
            ClassLoader loader = constructor.getDeclaringClass().getClassLoader();
            Object function = function(constructor, loader);
            if (function == null) {
                return false;
            }
            List<?> parameters = (List<?>) Class.forName("kotlin.reflect.KCallable", true, loader)
                    .getMethod("getParameters")
                    .invoke(function);
            Object declared = parameters.get(parameter.getIndex());
            Class<?> kind = Class.forName("kotlin.reflect.KParameter", true, loader);
            Object type = kind.getMethod("getType").invoke(declared);
            return (boolean) kind.getMethod("isOptional").invoke(declared)
                    || (boolean) Class.forName("kotlin.reflect.KType", true, loader)
                            .getMethod("isMarkedNullable")
                            .invoke(type);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError noReflection) {
            // Without Kotlin's reflection there is no Jackson module for Kotlin either: nothing has defaults then.
            return false;
        }
    }

    /**
     * The constructor as Kotlin sees it. One that takes value classes has another signature for Java, which Kotlin's
     * reflection does not find: it is the primary one, with the same parameters in the same order.
     */
    private static @Nullable Object function(Constructor<?> constructor, ClassLoader loader)
            throws ReflectiveOperationException {
        Object found = Class.forName("kotlin.reflect.jvm.ReflectJvmMapping", true, loader)
                .getMethod("getKotlinFunction", Constructor.class)
                .invoke(null, constructor);
        if (found != null) {
            return found;
        }
        Object owner = Class.forName("kotlin.jvm.JvmClassMappingKt", true, loader)
                .getMethod("getKotlinClass", Class.class)
                .invoke(null, constructor.getDeclaringClass());
        return Class.forName("kotlin.reflect.full.KClasses", true, loader)
                .getMethod("getPrimaryConstructor", Class.forName("kotlin.reflect.KClass", true, loader))
                .invoke(null, owner);
    }

    private static boolean isKotlin(Class<?> type) {
        for (Annotation annotation : type.getAnnotations()) {
            if (annotation.annotationType().getName().equals("kotlin.Metadata")) {
                return true;
            }
        }
        return false;
    }
}

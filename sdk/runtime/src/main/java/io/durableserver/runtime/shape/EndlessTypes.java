package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds types that contain themselves with ever larger arguments, by their fields and before the mapper is asked for anything: it
 * would follow one that doubles its arguments for minutes.
 */
final class EndlessTypes {
    /** How deep arguments lie in arguments: {@code List<List<String>>} is two. Types beyond grow without an end. */
    private static final int MAX_NESTING = 50;

    /** How many arguments a type has in all, those of its arguments too. Types beyond grow by more than one at a time. */
    private static final int MAX_ARGUMENTS = 1_000;

    private final TypeFactory types;
    private final Set<JavaType> seen = new HashSet<>();

    EndlessTypes(TypeFactory types) {
        this.types = types;
    }

    /** Refuses a type from which an endless one can be reached. */
    void refuse(JavaType type, String path) {
        if (!seen.add(type)) {
            return;
        }
        check(type, path);
        for (JavaType argument : type.getBindings().getTypeParameters()) {
            refuse(argument, path);
        }
        if (type.isArrayType()) {
            refuse(type.getContentType(), path);
        }
        for (JavaType line = type; line != null && !Platform.owns(line.getRawClass()); line = line.getSuperClass()) {
            for (Field field : line.getRawClass().getDeclaredFields()) {
                if (isPart(field)) {
                    refuse(types.resolveMemberType(field.getGenericType(), line.getBindings()), path);
                }
            }
        }
    }

    private static boolean isPart(Field field) {
        return !Modifier.isStatic(field.getModifiers())
                && !Modifier.isTransient(field.getModifiers())
                && !field.isAnnotationPresent(JsonIgnore.class);
    }

    /** As {@link #refuse}, for this type alone. */
    static void check(JavaType type, String path) {
        if (left(type, MAX_NESTING, MAX_ARGUMENTS) < 0) {
            throw new Refused(path, "the type contains itself with ever larger arguments");
        }
    }

    /** What is left of so many arguments, so deep in each other; negative when that is not enough. */
    private static int left(JavaType type, int levels, int arguments) {
        if (levels == 0 || arguments == 0) {
            return -1;
        }
        int left = arguments - 1;
        for (JavaType argument : type.getBindings().getTypeParameters()) {
            left = left < 0 ? left : left(argument, levels - 1, left);
        }
        return type.isArrayType() && left >= 0 ? left(type.getContentType(), levels - 1, left) : left;
    }
}

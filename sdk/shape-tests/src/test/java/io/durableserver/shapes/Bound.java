package io.durableserver.shapes;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parameterized type whose variables are bound. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Bound(Type raw, Type[] arguments) implements ParameterizedType {
    static Type substitute(Type type, Map<TypeVariable<?>, Type> bound) {
        if (type instanceof TypeVariable<?> variable) {
            return bound.getOrDefault(variable, variable);
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = substitute(arguments[i], bound);
            }
            return new Bound(generic.getRawType(), arguments);
        }
        return type;
    }

    @Override
    public Type[] getActualTypeArguments() {
        return arguments.clone();
    }

    @Override
    public Type getRawType() {
        return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
        return null;
    }

    @Override
    public String getTypeName() {
        return raw.getTypeName();
    }
}

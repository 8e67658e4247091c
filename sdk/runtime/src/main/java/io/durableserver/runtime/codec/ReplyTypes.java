package io.durableserver.runtime.codec;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the reply type {@code R} from the declaration of a class that implements {@code Call<R>}. */
public final class ReplyTypes {
    private static final ClassValue<Type> KNOWN = new ClassValue<>() {
        @Override
        protected Type computeValue(Class<?> type) {
            return resolve(type);
        }
    };

    private ReplyTypes() {}

    /**
     * The reply type of a message class; looked up once per class.
     *
     * @throws ConfigurationException with {@code INVALID_TYPE} when the class does not bind {@code R}
     */
    @SuppressWarnings("rawtypes") // A message class with type parameters of its own has only a raw class literal.
    public static Type of(Class<? extends Call> message) {
        return KNOWN.get(message);
    }

    private static Type resolve(Class<?> message) {
        Type reply = find(message, Map.of());
        if (reply == null || !isBound(reply)) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE,
                    "The message class does not bind the reply type R of Call<R>",
                    Map.of("message", message.getName()));
        }
        return reply;
    }

    /** Walks up to {@code Call} and carries along what each step binds. Null where {@code Call} is absent or raw. */
    private static @Nullable Type find(@Nullable Type type, Map<TypeVariable<?>, Type> bound) {
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            Map<TypeVariable<?>, Type> here = new HashMap<>();
            Type[] arguments = generic.getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                here.put(raw.getTypeParameters()[i], substitute(arguments[i], bound));
            }
            return raw == Call.class ? here.get(Call.class.getTypeParameters()[0]) : findAbove(raw, here);
        }
        return type instanceof Class<?> raw ? findAbove(raw, Map.of()) : null;
    }

    private static @Nullable Type findAbove(Class<?> type, Map<TypeVariable<?>, Type> bound) {
        for (Type parent : type.getGenericInterfaces()) {
            Type found = find(parent, bound);
            if (found != null) {
                return found;
            }
        }
        return find(type.getGenericSuperclass(), bound);
    }

    private static Type substitute(Type type, Map<TypeVariable<?>, Type> bound) {
        if (type instanceof TypeVariable<?> variable) {
            return bound.getOrDefault(variable, variable);
        }
        if (type instanceof ParameterizedType generic && !isBound(generic)) {
            Type[] arguments = generic.getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = substitute(arguments[i], bound);
            }
            return new BoundType(generic.getRawType(), arguments, generic.getOwnerType());
        }
        return type;
    }

    private static boolean isBound(Type type) {
        if (type instanceof ParameterizedType generic) {
            return allBound(generic.getActualTypeArguments());
        }
        if (type instanceof GenericArrayType array) {
            return isBound(array.getGenericComponentType());
        }
        if (type instanceof WildcardType wildcard) {
            return allBound(wildcard.getUpperBounds()) && allBound(wildcard.getLowerBounds());
        }
        return !(type instanceof TypeVariable);
    }

    private static boolean allBound(Type[] types) {
        for (Type type : types) {
            if (!isBound(type)) {
                return false;
            }
        }
        return true;
    }
}

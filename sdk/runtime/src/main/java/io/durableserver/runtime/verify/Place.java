package io.durableserver.runtime.verify;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A place where values stand: the root of a type, a field of a class, the elements of a container in such a place. Remembers
 * which classes stood there in values that came back from their bytes. A place is settled when no class can come that was not
 * there before; nobody needs to look at it again.
 */
final class Place {
    /** Classes remembered for one place. Those beyond it are taken as known. */
    static final int MAX_CLASSES = 256;

    private record Met(Class<?> type, ClassPlan plan) {}

    private final Type declared;
    private final @Nullable Class<?> only;
    private final boolean holdsOthers;
    private volatile Met[] met = {};
    private volatile boolean settled;
    private @Nullable Place elements;
    private @Nullable Place keys;

    Place(Type declared) {
        this.declared = declared;
        Class<?> raw = raw(declared);
        this.holdsOthers = isContainer(raw);
        this.settled = raw.isPrimitive();
        this.only = isFinal(raw) ? raw : null;
    }

    boolean isSettled() {
        return settled;
    }

    /** The plan of a class that stood here before; null when it is new. */
    @Nullable
    ClassPlan plan(Class<?> type) {
        for (Met one : met) {
            if (one.type == type) {
                return one.plan;
            }
        }
        return null;
    }

    boolean isFull() {
        return met.length >= MAX_CLASSES;
    }

    synchronized void add(Class<?> type, ClassPlan plan) {
        if (plan(type) == null && !isFull()) {
            Met[] more = Arrays.copyOf(met, met.length + 1);
            more[met.length] = new Met(type, plan);
            met = more;
        }
    }

    /** Where the elements of a container in this place stand; the values of a map. */
    synchronized Place elements() {
        if (elements == null) {
            elements = new Place(argument(true));
        }
        return elements;
    }

    /** Where the keys of a map in this place stand. */
    synchronized Place keys() {
        if (keys == null) {
            keys = new Place(argument(false));
        }
        return keys;
    }

    /** Whether nothing new can come, given that the places being asked now are settled. */
    boolean settles(Set<ClassPlan> asked) {
        if (settled) {
            return true;
        }
        if (holdsOthers) {
            boolean isMap = Map.class.isAssignableFrom(raw(declared));
            return elements().settles(asked) && (!isMap || keys().settles(asked));
        }
        ClassPlan plan = only == null ? null : plan(only);
        return plan != null && plan.settles(asked);
    }

    /** Settles what can be settled, itself and the places of what it holds. */
    synchronized void refresh() {
        if (elements != null) {
            elements.refresh();
        }
        if (keys != null) {
            keys.refresh();
        }
        settled |= settles(new HashSet<>());
    }

    private Type argument(boolean last) {
        if (declared instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            int index = last ? arguments.length - 1 : 0;
            // A class of its own with other parameters than the interface says nothing about its elements.
            return arguments.length <= 2 ? arguments[index] : Object.class;
        }
        if (declared instanceof GenericArrayType array) {
            return array.getGenericComponentType();
        }
        return declared instanceof Class<?> type && type.isArray() ? type.getComponentType() : Object.class;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class<?> known) {
            return known;
        }
        if (type instanceof ParameterizedType generic) {
            return raw(generic.getRawType());
        }
        if (type instanceof WildcardType wildcard) {
            return raw(wildcard.getUpperBounds()[0]);
        }
        return type instanceof GenericArrayType ? Object[].class : Object.class;
    }

    private static boolean isContainer(Class<?> raw) {
        return Collection.class.isAssignableFrom(raw)
                || Map.class.isAssignableFrom(raw)
                || raw == Optional.class
                || raw == AtomicReference.class
                || (raw.isArray() && !raw.getComponentType().isPrimitive());
    }

    private static boolean isFinal(Class<?> raw) {
        // An enum whose constants have bodies is not final, but its constants are all of it. Nobody extends big
        // numbers.
        return raw.isEnum()
                || raw == BigDecimal.class
                || raw == BigInteger.class
                || Modifier.isFinal(raw.getModifiers());
    }
}

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
 * there before; then it is not looked at again.
 */
final class Place {
    /** Classes remembered for one place. Those beyond it are taken as known. */
    static final int MAX_CLASSES = 256;

    private record Met(Class<?> type, ClassPlan plan) {}

    private final Type declared;
    /** All classes that can ever stand here, where the language says so; else null. */
    private final @Nullable Set<Class<?>> possible;

    private final boolean holdsOthers;
    private volatile Met[] met = {};
    private volatile boolean settled;
    private volatile @Nullable Place elements;
    private volatile @Nullable Place keys;

    Place(Type declared) {
        this.declared = declared;
        Class<?> raw = raw(declared);
        this.holdsOthers = isContainer(raw);
        this.settled = raw.isPrimitive();
        this.possible = possible(raw);
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

    /** The place of the elements of a container in this one; of the values of a map. */
    Place elements() {
        Place known = elements;
        return known == null ? makeElements() : known;
    }

    private synchronized Place makeElements() {
        Place made = elements;
        if (made == null) {
            made = new Place(argument(true));
            elements = made;
        }
        return made;
    }

    /** The place of the keys of a map in this one. */
    Place keys() {
        Place known = keys;
        return known == null ? makeKeys() : known;
    }

    private synchronized Place makeKeys() {
        Place made = keys;
        if (made == null) {
            made = new Place(argument(false));
            keys = made;
        }
        return made;
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
        return possible != null && possible.stream().allMatch(type -> settles(type, asked));
    }

    private boolean settles(Class<?> type, Set<ClassPlan> asked) {
        ClassPlan plan = plan(type);
        return plan != null && plan.settles(asked);
    }

    /** Settles what can be settled, itself and the places of what it holds. */
    synchronized void refresh() {
        Place inside = elements;
        if (inside != null) {
            inside.refresh();
        }
        Place beside = keys;
        if (beside != null) {
            beside.refresh();
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

    private static @Nullable Set<Class<?>> possible(Class<?> raw) {
        if (isFinal(raw)) {
            return Set.of(raw);
        }
        Set<Class<?>> leaves = new HashSet<>();
        return raw.isSealed() && isClosed(raw, leaves) && leaves.size() <= MAX_CLASSES ? leaves : null;
    }

    /** Gathers the classes of a sealed family; false when it is open somewhere. */
    private static boolean isClosed(Class<?> type, Set<Class<?>> leaves) {
        if (isFinal(type)) {
            leaves.add(type);
            return true;
        }
        if (!type.isSealed()) {
            return false;
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            leaves.add(type);
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (!isClosed(permitted, leaves)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFinal(Class<?> raw) {
        // An enum whose constants have bodies is not final, but its constants are all of it. No
        // class extends big numbers.
        return raw.isEnum()
                || raw == BigDecimal.class
                || raw == BigInteger.class
                || Modifier.isFinal(raw.getModifiers());
    }
}

package io.durableserver.shapes;

import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws values of any type that can come back. */
final class Values {
    private static final int MAX_DEPTH = 7;

    private final Random random;
    private final Scalars scalars;

    Values(Random random) {
        this.random = random;
        this.scalars = new Scalars(random);
    }

    Object draw(Type type) throws Exception {
        Object value = draw(type, Map.of(), 0, false);
        return value == null ? draw(type) : value;
    }

    private @Nullable Object draw(Type type, Map<TypeVariable<?>, Type> bound, int depth, boolean nullable)
            throws Exception {
        // Null and an empty optional are one.
        if (nullable && !type.getTypeName().startsWith("java.util.Optional") && random.nextInt(10) == 0) {
            return null;
        }
        if (type instanceof TypeVariable<?> variable) {
            return draw(bound.get(variable), Map.of(), depth, nullable);
        }
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = Bound.substitute(arguments[i], bound);
            }
            return container(raw, arguments, depth);
        }
        if (type instanceof GenericArrayType array) {
            throw new AssertionError(array);
        }
        return plain((Class<?>) type, depth);
    }

    private @Nullable Object container(Class<?> raw, Type[] arguments, int depth) throws Exception {
        if (raw == Optional.class) {
            return Optional.ofNullable(draw(arguments[0], Map.of(), depth + 1, true));
        } else if (raw == EnumSet.class) {
            return colors((Class<?>) arguments[0]);
        } else if (List.class == raw) {
            return fill(new ArrayList<>(), arguments[0], depth, true);
        } else if (Set.class == raw) {
            return fill(new HashSet<>(), arguments[0], depth, true);
        } else if (Deque.class == raw) {
            return fill(new ArrayDeque<>(), arguments[0], depth, false);
        } else if (raw == EnumMap.class || raw == Map.class) {
            return map(raw, arguments, depth);
        }
        Map<TypeVariable<?>, Type> bound = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            bound.put(raw.getTypeParameters()[i], arguments[i]);
        }
        return declared(raw, bound, depth);
    }

    private <C extends java.util.Collection<@Nullable Object>> C fill(C into, Type element, int depth, boolean nullable)
            throws Exception {
        for (int i = depth > MAX_DEPTH ? 0 : random.nextInt(3); i > 0; i--) {
            Object value = draw(element, Map.of(), depth + 1, nullable);
            if (nullable || value != null) {
                into.add(value);
            }
        }
        return into;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // by reflection
    private Object map(Class<?> raw, Type[] arguments, int depth) throws Exception {
        Map<Object, @Nullable Object> map =
                raw == EnumMap.class ? (Map) new EnumMap((Class) arguments[0]) : new LinkedHashMap<>();
        for (int i = depth > MAX_DEPTH ? 0 : random.nextInt(3); i > 0; i--) {
            Object key = draw(arguments[0], Map.of(), depth + 1, false);
            if (key != null) {
                map.put(key, draw(arguments[1], Map.of(), depth + 1, true));
            }
        }
        return map;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // by reflection
    private Object colors(Class<?> type) {
        EnumSet set = EnumSet.noneOf((Class) type);
        for (Object constant : type.getEnumConstants()) {
            if (random.nextBoolean()) {
                set.add(constant);
            }
        }
        return set;
    }

    private @Nullable Object plain(Class<?> type, int depth) throws Exception {
        Object scalar = scalars.of(type);
        if (scalar != null) {
            return scalar;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        }
        if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), random.nextInt(3));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(
                        array,
                        i,
                        draw(
                                type.getComponentType(),
                                Map.of(),
                                depth + 1,
                                !type.getComponentType().isPrimitive()));
            }
            return array;
        }
        return declared(type, Map.of(), depth);
    }

    private @Nullable Object declared(Class<?> type, Map<TypeVariable<?>, Type> bound, int depth) throws Exception {
        if (type.isSealed()) {
            Class<?> leaf = type.getPermittedSubclasses()[random.nextInt(type.getPermittedSubclasses().length)];
            Map<TypeVariable<?>, Type> here = new HashMap<>();
            for (int i = 0; i < leaf.getTypeParameters().length; i++) {
                here.put(leaf.getTypeParameters()[i], bound.get(type.getTypeParameters()[i]));
            }
            return leaf.isEnum() ? plain(leaf, depth) : declared(leaf, here, depth);
        }
        if (!type.getName().contains("$T") && !type.getSimpleName().equals("Point")) {
            throw new AssertionError("accepted, and nobody knows values of it: " + type);
        }
        if (depth > 2 * MAX_DEPTH) {
            return null;
        }
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        Type[] parameters = constructor.getGenericParameterTypes();
        Object[] arguments = new Object[parameters.length];
        for (int i = 0; i < arguments.length; i++) {
            boolean self = constructor.getParameters()[i].getName().equals("again");
            boolean value = type.isRecord()
                    && type.getRecordComponents()[i].getAccessor().isAnnotationPresent(JsonValue.class);
            boolean present = (parameters[i] instanceof Class<?> c && c.isPrimitive()) || value;
            arguments[i] =
                    self && depth > 2 && random.nextInt(3) > 0 ? null : draw(parameters[i], bound, depth + 1, !present);
            // Not every number makes an object again.
            while (value
                    && arguments[i] instanceof Number number
                    && !Double.isFinite(number.doubleValue())
                    && (number instanceof Double || number instanceof Float)) {
                arguments[i] = draw(parameters[i], bound, depth + 1, false);
            }
        }
        Object made = constructor.newInstance(arguments);
        if (parameters.length == 0 && !type.isRecord()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isTransient(field.getModifiers())) {
                    field.setAccessible(true);
                    field.set(
                            made,
                            draw(
                                    field.getGenericType(),
                                    bound,
                                    depth + 1,
                                    !field.getType().isPrimitive()));
                }
            }
        }
        return made;
    }
}

package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.durableserver.WireName;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A class of a sealed hierarchy with the classes a value of it can have, each with its tag: its {@link WireName} or its
 * simple name. The table is made from what the class permits, so no name in data ever loads a class (P9).
 */
public final class SealedFamily {
    private static final int MAX_TAG = 128;
    private static final ClassValue<SealedFamily> KNOWN = new ClassValue<>() {
        @Override
        protected SealedFamily computeValue(Class<?> type) {
            return new SealedFamily(type);
        }
    };

    private final boolean tagged;
    private final Map<Class<?>, String> tags = new LinkedHashMap<>();
    private final Map<String, Class<?>> byTag = new LinkedHashMap<>();
    private @Nullable String problem;

    private SealedFamily(Class<?> type) {
        Set<Class<?>> roots = new LinkedHashSet<>();
        collectRoots(type, roots);
        tagged = !roots.isEmpty() && roots.stream().noneMatch(SealedFamily::hasFormOfItsOwn);
        if (tagged) {
            add(type);
        }
    }

    /** What is known of this class; made once. */
    public static SealedFamily of(Class<?> type) {
        return KNOWN.get(type);
    }

    /** Whether values of the class carry a tag: it belongs to a sealed hierarchy that chose no form of its own. */
    public boolean isTagged() {
        return tagged;
    }

    /** Why the tags cannot tell the classes apart; null where they can. */
    public @Nullable String problem() {
        return problem;
    }

    /** The classes a value can have, in order of declaration. */
    public List<Class<?>> leaves() {
        return List.copyOf(tags.keySet());
    }

    /** The tag of values of this class; null where it is not one of the family. */
    @Nullable
    String tag(Class<?> leaf) {
        return tags.get(leaf);
    }

    @Nullable
    Class<?> leaf(String tag) {
        return byTag.get(tag);
    }

    private static void collectRoots(@Nullable Class<?> type, Set<Class<?>> roots) {
        if (type == null || type == Object.class) {
            return;
        }
        if (isSealed(type)) {
            roots.add(type);
        }
        collectRoots(type.getSuperclass(), roots);
        for (Class<?> parent : type.getInterfaces()) {
            collectRoots(parent, roots);
        }
    }

    /** An enum whose constants have bodies is sealed too, but Jackson knows enums; and it knows what it can of the JDK. */
    private static boolean isSealed(Class<?> type) {
        return type.isSealed() && !type.isEnum() && !Platform.owns(type);
    }

    private void add(Class<?> type) {
        boolean sealed = isSealed(type);
        if (!Modifier.isAbstract(type.getModifiers()) || type.isEnum()) {
            addLeaf(type, sealed);
        } else if (!sealed) {
            refuse(type.getName() + " is not sealed, so nobody knows its sub types: seal it, or make it a final class");
        }
        if (sealed) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                add(permitted);
            }
        }
    }

    private void addLeaf(Class<?> type, boolean sealed) {
        if (!sealed && !Modifier.isFinal(type.getModifiers()) && !type.isEnum()) {
            refuse(type.getName() + " is open, so nobody knows its sub types: make it final or sealed, or a record");
        }
        WireName name = type.getAnnotation(WireName.class);
        String tag = name == null ? type.getSimpleName() : name.value();
        if (tag.isEmpty() || tag.length() > MAX_TAG) {
            refuse("the tag of " + type.getName() + " is not of 1 to " + MAX_TAG + " characters");
        }
        Class<?> other = byTag.putIfAbsent(tag, type);
        if (other != null && other != type) {
            refuse(type.getName() + " and " + other.getName() + " have the same tag " + tag
                    + ": give one of them another @WireName");
        }
        tags.put(type, tag);
    }

    private void refuse(String why) {
        problem = problem == null ? why : problem;
    }

    private static boolean hasFormOfItsOwn(Class<?> root) {
        JsonSerialize written = root.getAnnotation(JsonSerialize.class);
        JsonDeserialize read = root.getAnnotation(JsonDeserialize.class);
        return (written != null && written.using() != com.fasterxml.jackson.databind.JsonSerializer.None.class)
                || (read != null && read.using() != com.fasterxml.jackson.databind.JsonDeserializer.None.class)
                || membersChooseTheForm(root);
    }

    private static boolean membersChooseTheForm(Class<?> root) {
        for (Method method : root.getDeclaredMethods()) {
            if (method.isAnnotationPresent(JsonValue.class)
                    || (Modifier.isStatic(method.getModifiers()) && method.isAnnotationPresent(JsonCreator.class))) {
                return true;
            }
        }
        List<Constructor<?>> constructors = new ArrayList<>(List.of(root.getDeclaredConstructors()));
        return Modifier.isAbstract(root.getModifiers())
                && constructors.stream().anyMatch(c -> c.isAnnotationPresent(JsonCreator.class));
    }
}

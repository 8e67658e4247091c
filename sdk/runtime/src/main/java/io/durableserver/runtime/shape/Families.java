package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.OptBoolean;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.annotation.JsonTypeResolver;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types whose values can be of several classes: all of them are examined. */
final class Families {
    private Families() {}

    /** Visits the other classes a value can have; false where the class itself is left to be examined. */
    static boolean visit(Introspection jackson, JavaType type, String path, ShapeCheck check) {
        AnnotatedClass annotated = jackson.written(type).getClassInfo();
        @Nullable JsonTypeInfo info = annotated.getAnnotation(JsonTypeInfo.class);
        SealedFamily family = SealedFamily.of(type.getRawClass());
        List<Class<?>> others;
        if (annotated.hasAnnotation(JsonTypeResolver.class)) {
            throw new Refused(path, "@JsonTypeResolver: use @JsonTypeInfo with names, or seal it");
        } else if (info == null && family.isTagged()) {
            if (family.problem() != null) {
                throw new Refused(path, family.problem());
            }
            others = family.leaves();
        } else if (info != null && info.use() != JsonTypeInfo.Id.NONE) {
            refuseUnreadable(info, path);
            List<Class<?>> named = declared(jackson, annotated, type, path);
            refuseUnnamed(info.defaultImpl(), named, path);
            others = named.stream().filter(type.getRawClass()::isAssignableFrom).toList();
        } else {
            return false;
        }
        for (Class<?> leaf : others) {
            if (!type.hasRawClass(leaf)) {
                check.visit(specialized(jackson, type, leaf, path), path + "(" + leaf.getSimpleName() + ")");
            }
        }
        return !others.contains(type.getRawClass());
    }

    /** Tags that are no plain names in the object itself. */
    private static void refuseUnreadable(JsonTypeInfo info, String path) {
        switch (info.use()) {
            case CLASS, MINIMAL_CLASS ->
                throw new Refused(
                        path, "@JsonTypeInfo with class names: no name in data loads a class. Use names, or seal it");
            case DEDUCTION ->
                throw new Refused(
                        path,
                        "@JsonTypeInfo(DEDUCTION): a new member could make it another class. Use names, or seal it");
            case CUSTOM ->
                throw new Refused(
                        path, "@JsonTypeInfo(CUSTOM): which classes there are is not known. Use names, or seal it");
            default -> {}
        }
        if (info.include() != JsonTypeInfo.As.PROPERTY) {
            throw new Refused(
                    path,
                    "@JsonTypeInfo(include = " + info.include() + "): the tag belongs into the object, as a property of"
                            + " its own. Use As.PROPERTY, or seal it");
        }
        if (info.requireTypeIdForSubtypes() == OptBoolean.FALSE) {
            throw new Refused(path, "@JsonTypeInfo(requireTypeIdForSubtypes): which class it is would be guessed");
        }
    }

    /** What is read where a tag is not known or missing is one of the classes, so that it is examined too. */
    private static void refuseUnnamed(Class<?> fallback, List<Class<?>> leaves, String path) {
        if (fallback != JsonTypeInfo.class && !leaves.contains(fallback)) {
            throw new Refused(
                    path,
                    "@JsonTypeInfo(defaultImpl = " + fallback.getName() + "): it is not among the @JsonSubTypes, or"
                            + " keeps nothing of what is not known");
        }
    }

    private static List<Class<?>> declared(
            Introspection jackson, AnnotatedClass annotated, JavaType type, String path) {
        List<Class<?>> leaves = new ArrayList<>();
        for (NamedType sub : jackson.mapper()
                .getSubtypeResolver()
                .collectAndResolveSubtypesByTypeId(jackson.mapper().getDeserializationConfig(), annotated)) {
            if (!Modifier.isAbstract(sub.getType().getModifiers())) {
                leaves.add(sub.getType());
            }
        }
        for (Class<?> permitted : SealedFamily.of(type.getRawClass()).leaves()) {
            if (!leaves.contains(permitted)) {
                throw new Refused(
                        path,
                        permitted.getName() + " is not among the @JsonSubTypes of "
                                + type.getRawClass().getName() + ": name it there, or leave out @JsonTypeInfo");
            }
        }
        TypeDeserializer tags = jackson.tags(type, path);
        if (leaves.isEmpty() || tags == null) {
            throw new Refused(path, "@JsonTypeInfo without @JsonSubTypes: name the sub types, or seal it");
        }
        for (Class<?> leaf : leaves) {
            if (type.getRawClass().isAssignableFrom(leaf) && !jackson.isToldApart(type, leaf, tags, path)) {
                throw new Refused(
                        path,
                        "the tag of " + leaf.getName() + " is read as another class: have two classes one"
                                + " name in @JsonSubTypes?");
            }
        }
        return leaves;
    }

    private static JavaType specialized(Introspection jackson, JavaType type, Class<?> leaf, String path) {
        try {
            return jackson.specialize(type, leaf);
        } catch (IllegalArgumentException e) {
            throw new Refused(path, leaf.getName() + " does not fit " + type.toCanonical());
        }
    }
}

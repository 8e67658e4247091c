package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.jsontype.NamedType;
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
        refuseClassNames(info, path);
        SealedFamily family = SealedFamily.of(type.getRawClass());
        List<Class<?>> others;
        if (info == null && family.isTagged()) {
            if (family.problem() != null) {
                throw new Refused(path, family.problem());
            }
            others = family.leaves();
        } else if (info != null && info.use() == JsonTypeInfo.Id.CUSTOM) {
            return true; // the application tells its classes apart
        } else if (info != null && jackson.isTagged(type, path)) {
            others = declared(jackson, annotated, type, path);
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

    static void refuseClassNames(@Nullable JsonTypeInfo info, String path) {
        if (info != null && (info.use() == JsonTypeInfo.Id.CLASS || info.use() == JsonTypeInfo.Id.MINIMAL_CLASS)) {
            throw new Refused(
                    path, "@JsonTypeInfo with class names: no name in data loads a class. Use names, or seal it");
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
        if (leaves.isEmpty()) {
            throw new Refused(path, "@JsonTypeInfo without @JsonSubTypes: name the sub types, or seal it");
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

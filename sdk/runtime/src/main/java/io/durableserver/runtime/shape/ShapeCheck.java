package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.durableserver.ConfigurationException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Examines every type that is reachable from a state, message or reply type: whether values come back from bytes as they
 * went in. It asks the very mapper that will write and read them, so that annotations, modules and serializers of the
 * application count; what it cannot judge because both directions are the application's own, it trusts.
 */
public final class ShapeCheck {
    private final Introspection jackson;
    private final LanguageRules languages;
    private final TypeFactory types;
    private final Set<JavaType> seen = new HashSet<>();
    private final Set<JavaType> seenInSets = new HashSet<>();
    private int sets;

    private ShapeCheck(ObjectMapper mapper, LanguageRules languages) {
        this.jackson = new Introspection(mapper);
        this.languages = languages;
        this.types = mapper.getTypeFactory();
    }

    /**
     * Examines a type.
     *
     * @param languages those beside Java whose classes the mapper can read
     * @param what names the root in errors: state, message or reply
     * @throws ConfigurationException with {@code INVALID_TYPE}, the path to what cannot be read back, and what to do
     */
    public static void examine(ObjectMapper mapper, LanguageRules languages, Type type, String what) {
        JavaType root = mapper.constructType(type);
        try {
            new ShapeCheck(mapper, languages).visitRoot(root);
        } catch (Refused e) {
            Map<String, String> context = new LinkedHashMap<>();
            context.put(what, type.getTypeName());
            context.put("path", e.path());
            context.put("detail", e.why());
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE, "Values of this type cannot be read back", context);
        }
    }

    private void visitRoot(JavaType root) {
        try {
            new EndlessTypes(types).refuse(root, nameOf(root));
            visit(root, nameOf(root));
        } catch (StackOverflowError e) {
            throw new Refused(nameOf(root), "a chain of more classes than the stack of a thread can hold");
        }
    }

    private static String nameOf(JavaType root) {
        return root.isArrayType()
                ? nameOf(root.getContentType())
                : root.getRawClass().getSimpleName();
    }

    /** Visits a type at a place; each type once, and once more as a part of elements of sets. */
    void visit(JavaType type, String path) {
        if (!(sets > 0 ? seenInSets : seen).add(type)) {
            return;
        }
        EndlessTypes.check(type, path);
        examine(type, path);
    }

    /** Refuses a property of which its language knows that not all values come back. */
    void askLanguages(SettableBeanProperty property, String path) {
        if (property.getMember() instanceof AnnotatedParameter parameter
                && parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor) {
            languages.refusal(constructor, parameter.getIndex()).ifPresent(why -> {
                throw new Refused(path, why);
            });
        }
    }

    private void examine(JavaType type, String path) {
        Class<?> raw = type.getRawClass();
        Kotlin.refuseUnless(languages.names(), raw, path);
        Scalars.refuseKnown(raw, path);
        if (type.isJavaLangObject()) {
            throw new Refused(
                    path,
                    "Object, or a type argument that nothing binds: what kind of value it is would not be written."
                            + " Declare the type, or a sealed interface of records");
        } else if (type.isEnumType()) {
            Formats.refuseLossy(jackson.written(type).findExpectedFormat(), path);
            jackson.tryConstants(type, path);
        } else if (type.isArrayType()) {
            if (sets > 0) {
                throw new Refused(
                        path,
                        "an array in elements of a set: it equals itself only, and empty ones come back"
                                + " as one. Declare a List");
            }
            visit(type.getContentType(), path + "[]");
        } else if (type.isReferenceType()) {
            if (Scalars.isOptional(type.getContentType())) {
                throw new Refused(
                        path + "?", "an optional in an optional: an empty one inside cannot be told from none");
            }
            visit(type.getContentType(), path + "?");
        } else if (type.isContainerType()) {
            Containers.check(jackson, type, path);
            if (type.isMapLikeType()) {
                Keys.check(jackson, type.getKeyType(), path + "{key}");
                visit(type.getContentType(), path + "{}");
            } else {
                visitElements(type, path);
            }
        } else if (Scalars.areFine(raw)) {
            return;
        } else if (!Families.visit(jackson, type, path, this)) {
            Beans.check(jackson, type, path, this);
        }
    }

    /** A queue equals itself only, and is read as a list, which equals others: elements of a set would become one. */
    private void visitElements(JavaType type, String path) {
        boolean set = Set.class.isAssignableFrom(type.getRawClass());
        if (sets > 0 && !set && !List.class.isAssignableFrom(type.getRawClass())) {
            throw new Refused(
                    path,
                    type.getRawClass().getSimpleName() + " in elements of a set: it has no equality that"
                            + " comes back. Declare a List");
        }
        sets += set ? 1 : 0;
        visit(type.getContentType(), path + "[]");
        sets -= set ? 1 : 0;
    }
}

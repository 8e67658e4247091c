package io.durableserver.runtime.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.durableserver.runtime.codec.Layout.Absence;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a class says about its members that are not there: by their types, by annotations, by defaults of Kotlin. */
final class Absences {
    private final ObjectMapper mapper;
    private final Class<?> owner;
    private final JsonInclude.Value ofClass;

    Absences(ObjectMapper mapper, JavaType owner, BeanDescription written) {
        this.mapper = mapper;
        this.owner = owner.getRawClass();
        this.ofClass = written.findPropertyInclusion(JsonInclude.Value.empty());
    }

    /**
     * What it means that this property is missing.
     *
     * @param read how it is declared for reading
     * @param written how it is declared for writing; null when it never is
     */
    Absence of(
            SettableBeanProperty property,
            @Nullable BeanPropertyDefinition read,
            @Nullable BeanPropertyDefinition written) {
        if (written == null || property.isIgnorable() || property.getInjectableValueId() != null) {
            return Absence.NOT_WRITTEN;
        }
        JavaType type = property.getType();
        if (isOptional(type) || isNullable(property, read) || Languages.mayBeMissing(property.getMember())) {
            return Absence.ALLOWED;
        }
        if (saysNull(written)) {
            return Absence.ALLOWED; // an empty one is written, so what is missing was null
        }
        if (isCollection(type)) {
            boolean ofConstructor = property.getMember() instanceof AnnotatedParameter;
            return ofConstructor
                    ? (type.isMapLikeType() ? Absence.EMPTY_OBJECT : Absence.EMPTY_ARRAY)
                    : Absence.ALLOWED;
        }
        return isLeftOut(written) ? Absence.ALLOWED : Absence.REFUSED;
    }

    private static boolean isOptional(JavaType type) {
        return type.isReferenceType()
                || type.hasRawClass(OptionalInt.class)
                || type.hasRawClass(OptionalLong.class)
                || type.hasRawClass(OptionalDouble.class);
    }

    /** Arrays of bytes and chars are texts in JSON. */
    private static boolean isCollection(JavaType type) {
        return type.isContainerType() && !type.hasRawClass(byte[].class) && !type.hasRawClass(char[].class);
    }

    /** Whether the writer leaves it out when it is null, absent or empty. */
    private boolean isLeftOut(BeanPropertyDefinition written) {
        JsonInclude.Include rule = inclusion(written);
        return rule != JsonInclude.Include.ALWAYS && rule != JsonInclude.Include.USE_DEFAULTS;
    }

    /** Whether the writer leaves it out when it is null, and only then. */
    private boolean saysNull(BeanPropertyDefinition written) {
        JsonInclude.Include rule = inclusion(written);
        return rule == JsonInclude.Include.NON_NULL || rule == JsonInclude.Include.NON_ABSENT;
    }

    private JsonInclude.Include inclusion(BeanPropertyDefinition written) {
        JsonInclude.Value own = written.findInclusion();
        JsonInclude.Value all = mapper.getSerializationConfig()
                .getDefaultPropertyInclusion()
                .withOverrides(ofClass)
                .withOverrides(own == null ? JsonInclude.Value.empty() : own);
        return all.getValueInclusion();
    }

    private boolean isNullable(SettableBeanProperty property, @Nullable BeanPropertyDefinition read) {
        AnnotatedMember member = property.getMember();
        if (member instanceof AnnotatedParameter parameter
                && parameter.getOwner().getAnnotated() instanceof Executable executable) {
            Parameter declared = executable.getParameters()[parameter.getIndex()];
            if (saysNullable(declared) || saysNullable(declared.getAnnotatedType())) {
                return true;
            }
        } else if (member != null && member.getAnnotated() != null && saysNullable(member.getAnnotated())) {
            return true;
        }
        String name = read == null ? property.getName() : read.getInternalName();
        return isNullableComponent(name) || isNullableField(name);
    }

    private boolean isNullableComponent(String name) {
        RecordComponent[] components = owner.isRecord() ? owner.getRecordComponents() : new RecordComponent[0];
        for (RecordComponent component : components) {
            if (component.getName().equals(name)) {
                return saysNullable(component) || saysNullable(component.getAnnotatedType());
            }
        }
        return false;
    }

    private boolean isNullableField(String name) {
        for (Class<?> c = owner; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return saysNullable(field) || saysNullable(field.getAnnotatedType());
                }
            }
        }
        return false;
    }

    /** Any annotation of this name, as tools read it. An array's own annotation is that of its type. */
    private static boolean saysNullable(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    private static boolean saysNullable(@Nullable AnnotatedType type) {
        return type != null && saysNullable((AnnotatedElement) type);
    }
}

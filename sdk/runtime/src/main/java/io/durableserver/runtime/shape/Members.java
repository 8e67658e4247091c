package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonTypeId;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import com.fasterxml.jackson.databind.annotation.JsonTypeResolver;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.impl.SetterlessProperty;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.util.Converter;
import java.lang.annotation.Annotation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What annotations of one property change of how its type is written and read. */
final class Members {
    /** Annotations no property may have, and what to do instead. */
    private static final Map<Class<? extends Annotation>, String> REFUSED = Map.of(
            JsonRawValue.class, "@JsonRawValue: what is written raw is not read raw",
            JsonTypeInfo.class, "@JsonTypeInfo on a property: put it on the type, or seal the type",
            JsonTypeResolver.class, "@JsonTypeResolver: use @JsonTypeInfo with names on the type, or seal it",
            JsonTypeIdResolver.class, "@JsonTypeIdResolver: use @JsonTypeInfo with names on the type, or seal it",
            JsonTypeId.class, "@JsonTypeId: a tag is the name of a class, not a value",
            JsonIgnoreProperties.class,
                    "@JsonIgnoreProperties on a property: what is left out is lost. Put it on the"
                            + " class, or declare a type without them",
            JsonIncludeProperties.class,
                    "@JsonIncludeProperties: the other properties are lost. Declare a type" + " without them");

    private Members() {}

    static void refuse(Introspection jackson, BeanPropertyWriter writer, SettableBeanProperty reader, String path) {
        AnnotatedMember written = writer.getMember();
        refuseAnnotations(jackson, written, path);
        if (reader.getMember() != null) {
            refuseAnnotations(jackson, reader.getMember(), path);
        }
        Class<?> type = writer.getType().getRawClass();
        Formats.refuseLossy(writer.findPropertyFormat(jackson.mapper().getSerializationConfig(), type), path);
        Formats.refuseLossy(reader.findPropertyFormat(jackson.mapper().getDeserializationConfig(), type), path);
        if (changes(reader.getMetadata().getValueNulls())
                || changes(reader.getMetadata().getContentNulls())) {
            throw new Refused(path, "@JsonSetter(nulls): a null would come back as something else, or not at all");
        }
        if (reader instanceof SetterlessProperty) {
            throw new Refused(path, "it is filled through its getter, beside what is in it already: give it a setter");
        }
        JsonSerialize named = written.getAnnotation(JsonSerialize.class);
        if (named != null
                && (named.as() != Void.class
                        || named.contentAs() != Void.class
                        || named.keyAs() != Void.class
                        || named.nullsUsing() != JsonSerializer.None.class
                        || named.typing() == JsonSerialize.Typing.STATIC)) {
            throw new Refused(
                    path,
                    "@JsonSerialize(as, contentAs, keyAs, nullsUsing, typing): what the named type does not have is"
                            + " not written. Declare the type itself");
        }
    }

    private static boolean changes(@Nullable Nulls nulls) {
        return nulls != null && nulls != Nulls.SET && nulls != Nulls.DEFAULT;
    }

    private static void refuseAnnotations(Introspection jackson, AnnotatedMember member, String path) {
        REFUSED.forEach((annotation, why) -> {
            if (member.hasAnnotation(annotation)) {
                throw new Refused(path, why);
            }
        });
        AnnotationIntrospector says = jackson.annotations();
        if (says.findObjectIdInfo(member) != null) {
            throw new Refused(
                    path, "@JsonIdentityInfo: a value is written once and referred to. Keep a key of your own");
        }
        if (says.findFilterId(member) != null) {
            throw new Refused(path, "@JsonFilter: there are no filters. Declare a type with what is to be written");
        }
        if (Boolean.TRUE.equals(says.findMergeInfo(member))) {
            throw new Refused(path, "@JsonMerge: what is read would be put beside the initial value");
        }
    }

    /** Whether the type of the property says how it is written; false where the property itself does, both ways. */
    static boolean areFollowed(BeanPropertyWriter writer, SettableBeanProperty reader, String path) {
        boolean ownWriter = hasOwnWriter(writer.getMember());
        boolean ownReader = reader.getMember() != null && hasOwnReader(reader.getMember());
        if (ownWriter != ownReader) {
            throw new Refused(path, "the property names a serializer or a deserializer: it needs both");
        }
        return !ownWriter;
    }

    /** Whether an annotation of the member names a writer; what a module names for a property it names for both directions. */
    private static boolean hasOwnWriter(AnnotatedMember member) {
        return OwnWriters.isNamedBy(member.getAnnotation(JsonSerialize.class));
    }

    private static boolean hasOwnReader(AnnotatedMember member) {
        JsonDeserialize named = member.getAnnotation(JsonDeserialize.class);
        return named != null
                && (named.using() != JsonDeserializer.None.class
                        || named.contentUsing() != JsonDeserializer.None.class
                        || named.keyUsing() != KeyDeserializer.None.class
                        || named.converter() != Converter.None.class
                        || named.contentConverter() != Converter.None.class);
    }
}

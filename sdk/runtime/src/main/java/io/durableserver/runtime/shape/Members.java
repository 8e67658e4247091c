package io.durableserver.runtime.shape;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.util.Converter;
import java.util.Set;

/** What annotations of one property change of how its type is written and read. */
final class Members {
    /** What these leave out is what its absence is read as. */
    private static final Set<JsonInclude.Include> HARMLESS = Set.of(
            JsonInclude.Include.ALWAYS,
            JsonInclude.Include.USE_DEFAULTS,
            JsonInclude.Include.NON_NULL,
            JsonInclude.Include.NON_ABSENT);

    private Members() {}

    /** Whether the type of the property says how it is written; false where the property itself does, both ways. */
    static boolean areFollowed(
            Introspection jackson,
            Class<?> owner,
            BeanPropertyWriter writer,
            SettableBeanProperty reader,
            String path) {
        AnnotatedMember written = writer.getMember();
        AnnotatedMember read = reader.getMember();
        if (written.hasAnnotation(JsonRawValue.class)) {
            throw new Refused(path, "@JsonRawValue: what is written raw is not read raw");
        }
        Families.refuseClassNames(written.getAnnotation(JsonTypeInfo.class), path);
        Families.refuseClassNames(read == null ? null : read.getAnnotation(JsonTypeInfo.class), path);
        refuseLossy(jackson, owner, writer, written, path);
        boolean ownWriter = hasOwnWriter(written);
        boolean ownReader = read != null && hasOwnReader(read);
        if (ownWriter != ownReader) {
            throw new Refused(path, "the property names a serializer or a deserializer: it needs both");
        }
        return !ownWriter;
    }

    /** By annotation: what a module names for a property it names for both directions. */
    private static boolean hasOwnWriter(AnnotatedMember member) {
        JsonSerialize named = member.getAnnotation(JsonSerialize.class);
        return named != null
                && (named.using() != JsonSerializer.None.class
                        || named.contentUsing() != JsonSerializer.None.class
                        || named.keyUsing() != JsonSerializer.None.class
                        || named.converter() != Converter.None.class
                        || named.contentConverter() != Converter.None.class);
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

    /** A Kotlin parameter with a default is read as its default where nothing was written. */
    private static void refuseLossy(
            Introspection jackson, Class<?> owner, BeanPropertyWriter writer, AnnotatedMember written, String path) {
        JsonInclude.Value of = jackson.mapper()
                .getSerializationConfig()
                .getDefaultInclusion(owner, writer.getType().getRawClass())
                .withOverrides(jackson.annotations()
                        .findPropertyInclusion(jackson.written(jackson.mapper().constructType(owner))
                                .getClassInfo()))
                .withOverrides(jackson.annotations().findPropertyInclusion(written));
        JsonInclude.Include value = of.getValueInclusion();
        if (!HARMLESS.contains(value)
                || !HARMLESS.contains(of.getContentInclusion())
                || (Kotlin.isKotlin(owner)
                        && value != JsonInclude.Include.ALWAYS
                        && value != JsonInclude.Include.USE_DEFAULTS)) {
            throw new Refused(path, "@JsonInclude(" + value + "): what is left out would come back as something else");
        }
    }
}

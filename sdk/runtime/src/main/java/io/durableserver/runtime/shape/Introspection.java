package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a mapper says of a type; its complaints become refusals with a path. */
final class Introspection {
    private final ObjectMapper mapper;
    private final SerializerProvider writing;
    private final DeserializationContext reading;

    Introspection(ObjectMapper mapper) {
        this.mapper = mapper;
        this.writing = mapper.getSerializerProviderInstance();
        this.reading = ((DefaultDeserializationContext) mapper.getDeserializationContext())
                .createDummyInstance(mapper.getDeserializationConfig());
    }

    private interface Question<T> {
        T ask() throws JsonMappingException;
    }

    JsonSerializer<Object> serializer(JavaType type, String path) {
        return asking(path, () -> writing.findValueSerializer(type, null));
    }

    JsonDeserializer<Object> deserializer(JavaType type, String path) {
        return asking(path, () -> reading.findNonContextualValueDeserializer(type));
    }

    @Nullable
    JsonSerializer<Object> keySerializer(JavaType type, String path) {
        return asking(path, () -> writing.findKeySerializer(type, null));
    }

    @Nullable
    KeyDeserializer keyDeserializer(JavaType type, String path) {
        return asking(path, () -> reading.findKeyDeserializer(type, null));
    }

    /** The reader of the tags that values of the type carry, ours or those that annotations ask for. */
    @Nullable
    TypeDeserializer tags(JavaType type, String path) {
        return asking(path, () -> mapper.getDeserializationConfig().findTypeDeserializer(type));
    }

    /** Whether the tag of a class, as it is written where this type is declared, is read as the class. */
    boolean isToldApart(JavaType type, Class<?> leaf, TypeDeserializer tags, String path) {
        TypeIdResolver writer =
                asking(path, () -> writing.findTypeSerializer(type)).getTypeIdResolver();
        String tag = writer.idFromValueAndType(null, leaf);
        try {
            JavaType read = tag == null ? null : tags.getTypeIdResolver().typeFromId(reading, tag);
            return read != null && read.hasRawClass(leaf);
        } catch (IOException unknown) {
            return false;
        }
    }

    /** An object as the constructor without parameters makes it. */
    @Nullable
    Object making(ValueInstantiator maker) throws IOException {
        return maker.createUsingDefault(reading);
    }

    BeanDescription written(JavaType type) {
        return mapper.getSerializationConfig().introspect(type);
    }

    BeanDescription read(JavaType type) {
        return mapper.getDeserializationConfig().introspect(type);
    }

    AnnotationIntrospector annotations() {
        return mapper.getSerializationConfig().getAnnotationIntrospector();
    }

    ObjectMapper mapper() {
        return mapper;
    }

    JavaType specialize(JavaType base, Class<?> leaf) {
        return base.hasRawClass(leaf) ? base : mapper.getTypeFactory().constructSpecializedType(base, leaf, false);
    }

    /** Enums are few: each constant is written and read, as a value and as a key. */
    void tryConstants(JavaType type, String path) {
        Class<?> raw = type.getRawClass().isEnum()
                ? type.getRawClass()
                : type.getRawClass().getSuperclass();
        Object[] constants = raw.getEnumConstants();
        if (constants == null) {
            throw new Refused(path, "any enum: what kind of enum it is would not be written. Declare which");
        }
        JavaType keyed = mapper.getTypeFactory().constructMapType(Map.class, raw, Integer.class);
        for (Object constant : constants) {
            if (through(mapper.constructType(raw), constant) != constant
                    || !Map.of(constant, 1).equals(through(keyed, Map.of(constant, 1)))) {
                throw new Refused(
                        path,
                        "the constant " + ((Enum<?>) constant).name()
                                + " does not come back: are two written alike, or is the form one that cannot be read?");
            }
        }
    }

    private @Nullable Object through(JavaType type, Object value) {
        try {
            return mapper.readerFor(type).readValue(mapper.writerFor(type).writeValueAsBytes(value));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static <T> T asking(String path, Question<T> question) {
        try {
            return question.ask();
        } catch (JsonMappingException e) {
            throw new Refused(path + place(e), String.valueOf(e.getOriginalMessage()));
        } catch (StackOverflowError e) {
            throw new Refused(
                    path, "the type contains itself with ever larger arguments, or is a chain of too many classes");
        } catch (UnreadableException | IllegalArgumentException e) {
            throw new Refused(path, String.valueOf(e.getMessage()));
        }
    }

    private static String place(JsonMappingException e) {
        StringBuilder place = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            place.append('.').append(step.getFieldName());
        }
        return place.toString();
    }
}

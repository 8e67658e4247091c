package io.durableserver.runtime.shape;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.JsonValueSerializer;
import java.io.IOException;

/** Writes an object as its {@code @JsonValue}, and refuses one that is null or not finite: the object would not come back. */
public final class PresentValue extends JsonSerializer<Object> implements ContextualSerializer {
    private final JsonSerializer<Object> serializer;
    private final AnnotatedMember value;

    private PresentValue(JsonSerializer<Object> serializer, AnnotatedMember value) {
        this.serializer = serializer;
        this.value = value;
    }

    @Override
    public void serialize(Object object, JsonGenerator generator, SerializerProvider provider) throws IOException {
        check(object);
        serializer.serialize(object, generator, provider);
    }

    @Override
    public void serializeWithType(
            Object object, JsonGenerator generator, SerializerProvider provider, TypeSerializer tags)
            throws IOException {
        check(object);
        serializer.serializeWithType(object, generator, provider, tags);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Object object) {
        return serializer.isEmpty(provider, object);
    }

    private void check(Object object) {
        Object present = value.getValue(object);
        if (present == null) {
            throw new UnreadableException("a @JsonValue is null: the object around it would come back as null");
        }
        boolean isFloating = present instanceof Double || present instanceof Float;
        if (isFloating && !Double.isFinite(((Number) present).doubleValue())) {
            throw new UnreadableException("a @JsonValue is not finite: JSON has a text for it, which makes no object");
        }
    }

    @Override
    @SuppressWarnings("unchecked") // serializers take what they were made for
    public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty property)
            throws JsonMappingException {
        return new PresentValue(
                (JsonSerializer<Object>) provider.handlePrimaryContextualization(serializer, property), value);
    }

    /** Puts it in front of every such serializer. */
    public static final class Modifier extends BeanSerializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("unchecked") // serializers take what they were made for
        public JsonSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
            AnnotatedMember value = bean.findJsonValueAccessor();
            return serializer instanceof JsonValueSerializer && value != null
                    ? new PresentValue((JsonSerializer<Object>) serializer, value)
                    : serializer;
        }
    }
}

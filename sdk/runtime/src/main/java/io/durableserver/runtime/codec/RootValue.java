package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A value of a type with both a tag and arguments, such as {@code Either<Shape, Error>}. Jackson would take the class of
 * the value for its type, forget the arguments, and write what is inside without tags.
 */
record RootValue(@Nullable Object value, JavaType type) {
    static final class Serializer extends StdSerializer<RootValue> {
        private static final long serialVersionUID = 1L;

        Serializer() {
            super(RootValue.class);
        }

        @Override
        public void serialize(RootValue root, JsonGenerator generator, SerializerProvider provider) throws IOException {
            Object value = root.value();
            if (value == null) {
                provider.defaultSerializeNull(generator);
                return;
            }
            JavaType exact = provider.constructSpecializedType(root.type(), value.getClass());
            provider.findValueSerializer(exact, null)
                    .serializeWithType(value, generator, provider, provider.findTypeSerializer(root.type()));
        }
    }
}

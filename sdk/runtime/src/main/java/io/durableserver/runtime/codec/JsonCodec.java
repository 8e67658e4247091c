package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON in UTF-8, the default codec of states: stored records stay readable. Thread-safe. */
public final class JsonCodec extends JacksonCodec {
    /** The name of this codec, and the mark by which a record embeds the state as it is. */
    public static final String NAME = "json";

    /** The one instance a node needs. */
    public static final JsonCodec INSTANCE = new JsonCodec();

    private JsonCodec() {
        super(
                NAME,
                Mappers.configure(JsonMapper.builder(Mappers.factory(JsonFactory.builder(), Mappers.bufferPool()))));
    }

    @Override
    byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
        return writer.writeValueAsBytes(value);
    }

    @Override
    @Nullable
    Object read(ObjectReader reader, byte[] bytes) throws IOException {
        return reader.readValue(bytes);
    }
}

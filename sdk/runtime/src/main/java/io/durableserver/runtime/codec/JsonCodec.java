package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** JSON in UTF-8, the default codec of states: stored records stay readable. Thread-safe. */
public final class JsonCodec extends JacksonCodec {
    /** The name of this codec, and the mark by which a record embeds the state as it is. */
    public static final String NAME = "json";

    /** The one instance a node needs. */
    public static final JsonCodec INSTANCE = new JsonCodec(Modules.standard());

    private JsonCodec(Modules modules) {
        super(NAME, Mappers.configure(JsonMapper.builder(factory()), modules), modules);
    }

    /**
     * JSON with further Jackson modules. They come after Jackson's own (JDK 8, Java time, parameter names) and those of a
     * {@link CodecLanguage}, and replace one of these that has the same name; what the runtime itself needs comes after them.
     *
     * @throws io.durableserver.ConfigurationException for a {@code SimpleModule} without a name, which every node would call differently
     */
    public static JsonCodec with(Module... modules) {
        return new JsonCodec(Modules.standard().and(modules));
    }

    private static JsonFactory factory() {
        // Then half a pair is all that is written as an escape of a surrogate.
        return Mappers.factory(
                JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8),
                Mappers.bufferPool());
    }

    @Override
    byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
        byte[] bytes = writer.writeValueAsBytes(value);
        if (BrokenText.isIn(bytes)) {
            try (JsonGenerator generator =
                    BrokenText.refusing(writer.createGenerator(OutputStream.nullOutputStream()))) {
                writer.writeValue(generator, value);
            }
            throw BrokenText.refused();
        }
        return bytes;
    }

    @Override
    @Nullable
    Object read(ObjectReader reader, byte[] bytes) throws IOException {
        try (JsonParser parser = reader.createParser(bytes)) {
            Object value = reader.readValue(parser);
            if (parser.nextToken() != null) {
                throw MismatchedInputException.from(parser, Object.class, "Bytes were left unread");
            }
            return value;
        }
    }
}

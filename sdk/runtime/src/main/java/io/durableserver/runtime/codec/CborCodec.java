package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** CBOR (RFC 8949), the default codec of messages and replies: the shape of JSON in fewer bytes. Thread-safe. */
public final class CborCodec extends JacksonCodec {
    /** The name of this codec. */
    public static final String NAME = "cbor";

    /** The one instance a node needs. */
    public static final CborCodec INSTANCE = new CborCodec(mapper());

    private final CborStreams streams;

    private CborCodec(ObjectMapper mapper) {
        super(NAME, mapper);
        this.streams = new CborStreams(mapper);
    }

    private static ObjectMapper mapper() {
        // The streams keep their buffers themselves.
        CBORFactory factory = Mappers.factory(CBORFactory.builder(), JsonRecyclerPools.nonRecyclingPool());
        return Mappers.configure(CBORMapper.builder(factory));
    }

    @Override
    byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException {
        return streams.write(writer, value);
    }

    @Override
    @Nullable
    Object read(ObjectReader reader, byte[] bytes) throws IOException {
        return streams.read(reader, bytes);
    }
}

package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.Module;
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
    public static final CborCodec INSTANCE = new CborCodec(Modules.standard());

    private final CborStreams streams;

    private CborCodec(Modules modules) {
        super(NAME, mapper(modules), modules);
        this.streams = new CborStreams(ownMapper());
    }

    /** CBOR with further Jackson modules, as {@link JsonCodec#with}. */
    public static CborCodec with(Module... modules) {
        return new CborCodec(Modules.standard().and(modules));
    }

    private static ObjectMapper mapper(Modules modules) {
        // The streams keep their buffers themselves.
        CBORFactory factory = Mappers.factory(CBORFactory.builder(), JsonRecyclerPools.nonRecyclingPool());
        return Mappers.configure(CBORMapper.builder(factory), modules);
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

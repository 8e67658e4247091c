package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;

/** CBOR (RFC 8949), the default codec of messages and replies: the shape of JSON in fewer bytes. Thread-safe. */
public final class CborCodec extends JacksonCodec {
    /** The name of this codec. */
    public static final String NAME = "cbor";

    /** The one instance a node needs. */
    public static final CborCodec INSTANCE = new CborCodec();

    private CborCodec() {
        super(
                NAME,
                Mappers.configure(CBORMapper.builder(CBORFactory.builder()
                        // Names of map keys are data: many and unforeseen.
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                        .streamReadConstraints(Mappers.READ_CONSTRAINTS)
                        .recyclerPool(Mappers.bufferPool())
                        .build())));
    }
}

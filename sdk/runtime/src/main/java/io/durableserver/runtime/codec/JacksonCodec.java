package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.durableserver.Codec;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A codec over one Jackson mapper. Readers and writers are kept per type: resolving a type costs more than encoding a
 * small message. Types come from the program's own classes, never from data, so what is kept is bounded by the program.
 */
abstract sealed class JacksonCodec implements Codec permits JsonCodec, CborCodec {
    private final String name;
    private final ObjectMapper mapper;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Type, ObjectWriter> writers = new ConcurrentHashMap<>();

    JacksonCodec(String name, ObjectMapper mapper) {
        this.name = name;
        this.mapper = mapper;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final byte[] encode(@Nullable Object value, Type type) {
        try {
            return write(writer(type), value);
        } catch (IOException | RuntimeException e) {
            throw CodecErrors.notEncodable("The value cannot be encoded", name, type, e);
        }
    }

    @Override
    public final @Nullable Object decode(byte[] bytes, Type type) {
        try {
            return read(reader(type), bytes);
        } catch (IOException | RuntimeException e) {
            throw CodecErrors.notEncodable("The bytes are not a value of this type", name, type, e);
        }
    }

    abstract byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException;

    /** Refuses bytes that follow the value. */
    abstract @Nullable Object read(ObjectReader reader, byte[] bytes) throws IOException;

    private ObjectWriter writer(Type type) {
        ObjectWriter known = writers.get(type);
        return known != null ? known : writers.computeIfAbsent(type, t -> mapper.writerFor(mapper.constructType(t)));
    }

    private ObjectReader reader(Type type) {
        ObjectReader known = readers.get(type);
        return known != null ? known : readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)));
    }

    @Override
    public final String toString() {
        return name;
    }
}

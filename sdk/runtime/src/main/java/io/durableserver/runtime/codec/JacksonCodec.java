package io.durableserver.runtime.codec;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.durableserver.Codec;
import io.durableserver.runtime.shape.ShapeCheck;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Set;
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
    private final String revision;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Type, Writing> writers = new ConcurrentHashMap<>();
    private final Set<Type> examined = ConcurrentHashMap.newKeySet();

    JacksonCodec(String name, ObjectMapper mapper, Modules modules) {
        this.name = name;
        this.revision = modules.revision();
        this.mapper = mapper;
    }

    @Override
    public final String name() {
        return name;
    }

    /** The modules that not every node has. */
    @Override
    public final String revision() {
        return revision;
    }

    @Override
    public final byte[] encode(@Nullable Object value, Type type) {
        try {
            Writing writing = writing(type);
            return write(writing.writer(), writing.whole(value));
        } catch (IOException | RuntimeException | Error e) {
            throw CodecErrors.notEncodable("The value cannot be encoded", name, type, e);
        }
    }

    @Override
    public final @Nullable Object decode(byte[] bytes, Type type) {
        try {
            return read(reader(type), bytes);
        } catch (IOException | RuntimeException | Error e) {
            throw CodecErrors.notEncodable("The bytes are not a value of this type", name, type, e);
        }
    }

    /** The mapper, for readers of other kinds over the same settings. */
    final ObjectMapper ownMapper() {
        return mapper;
    }

    /** Refuses a type whose values would not come back; what passed is not examined again. */
    final void examine(Type type, String what) {
        if (!examined.contains(type)) {
            ShapeCheck.examine(mapper, Languages.RULES, type, what);
            examined.add(type);
        }
    }

    abstract byte[] write(ObjectWriter writer, @Nullable Object value) throws IOException;

    /** Refuses bytes that follow the value. */
    abstract @Nullable Object read(ObjectReader reader, byte[] bytes) throws IOException;

    private Writing writing(Type type) {
        Writing known = writers.get(type);
        return known != null ? known : writers.computeIfAbsent(type, this::newWriting);
    }

    private Writing newWriting(Type type) {
        // Constants with bodies have classes of their own.
        boolean constant = type instanceof Class<?> raw && Enum.class.isAssignableFrom(raw) && !raw.isEnum();
        JavaType resolved = mapper.constructType(constant ? ((Class<?>) type).getSuperclass() : type);
        return resolved.hasGenericTypes() && isTagged(resolved)
                ? new Writing(mapper.writerFor(RootValue.class), resolved)
                : new Writing(mapper.writerFor(resolved), null);
    }

    private boolean isTagged(JavaType type) {
        try {
            return mapper.getSerializerProviderInstance().findTypeSerializer(type) != null;
        } catch (JsonMappingException e) {
            return false; // the writer will say what is wrong
        }
    }

    private ObjectReader reader(Type type) {
        ObjectReader known = readers.get(type);
        return known != null ? known : readers.computeIfAbsent(type, t -> mapper.readerFor(mapper.constructType(t)));
    }

    @Override
    public final String toString() {
        return name;
    }

    /** How values of a type are written. */
    private record Writing(ObjectWriter writer, @Nullable JavaType wrapped) {
        @Nullable
        Object whole(@Nullable Object value) {
            return wrapped == null ? value : new RootValue(value, wrapped);
        }
    }
}

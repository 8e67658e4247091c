package io.durableserver.runtime.verify;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A codec whose values are proved to come back, see {@link RoundTrip}: what it cannot read back it refuses to encode.
 */
public final class VerifiedCodec implements Codec {
    private final Codec codec;
    private final RoundTrip roundTrip = new RoundTrip();

    /** A codec that verifies what this one encodes. */
    public VerifiedCodec(Codec codec) {
        this.codec = codec;
    }

    @Override
    public String name() {
        return codec.name();
    }

    /**
     * Encodes a value.
     *
     * @throws ConfigurationException with {@code NOT_ENCODABLE} also when it does not come back
     */
    @Override
    public byte[] encode(@Nullable Object value, Type type) {
        byte[] bytes = codec.encode(value, type);
        roundTrip.check(value, type, bytes, codec, encoded -> codec.decode(encoded, type));
        return bytes;
    }

    @Override
    public @Nullable Object decode(byte[] bytes, Type type) {
        return codec.decode(bytes, type);
    }

    @Override
    public String toString() {
        return codec.toString();
    }
}

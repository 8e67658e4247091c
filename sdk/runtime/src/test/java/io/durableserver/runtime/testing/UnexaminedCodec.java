package io.durableserver.runtime.testing;

import io.durableserver.Codec;
import io.durableserver.runtime.codec.CborCodec;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** A codec of an application, which nobody examines: for messages that carry code and never leave their node. */
public final class UnexaminedCodec implements Codec {
    public static final Codec INSTANCE = new UnexaminedCodec();

    private UnexaminedCodec() {}

    @Override
    public String name() {
        return "unexamined";
    }

    @Override
    public byte[] encode(@Nullable Object value, Type type) {
        return CborCodec.INSTANCE.encode(value, type);
    }

    @Override
    public @Nullable Object decode(byte[] bytes, Type type) {
        return CborCodec.INSTANCE.decode(bytes, type);
    }
}

package io.durableserver;

import io.durableserver.config.DurableServersConfig;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into bytes and back. Used for states (JSON by default) and for messages and replies (CBOR by default).
 * Implementations are thread-safe, and never create an instance of a class that the bytes name.
 */
public interface Codec {
    /**
     * The name kept beside the bytes, 1 to 32 characters. A codec named {@code json} must produce one JSON value in UTF-8:
     * it is embedded in the stored record as it is, so that records stay readable.
     */
    String name();

    /**
     * What decides the bytes besides the name, such as modules and settings: a short text, the same on all nodes that share a
     * prefix. A node whose codecs have another one is refused when it joins, unless
     * {@link DurableServersConfig#allowMixedTypeVersions} lets it in.
     */
    default String revision() {
        return "";
    }

    /**
     * Encodes a value.
     *
     * @param value the value; null is allowed for replies only
     * @param type the declared type of the value
     * @throws ConfigurationException with {@code NOT_ENCODABLE} when the value cannot be encoded
     */
    byte[] encode(@Nullable Object value, Type type);

    /**
     * Decodes a value.
     *
     * @throws ConfigurationException with {@code NOT_ENCODABLE} when the bytes are not a value of the type
     */
    @Nullable
    Object decode(byte[] bytes, Type type);
}

package io.durableserver.backend.ignite;

import io.durableserver.spi.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.cache.Cache;
import org.apache.ignite.lang.IgniteClosure;

/** Runs on the partition's node: leaves the record there and sends the token, the length of the record, and the key. */
final class ListedEntry implements IgniteClosure<Cache.Entry<String, byte[]>, byte[]> {
    private static final long serialVersionUID = 1L;

    private static final int KEY_AT = StoredValue.TOKEN_BYTES + Integer.BYTES;

    /** A key, with the version and the length of its record. */
    record Found(String key, Version version, int recordBytes) {}

    @Override
    public byte[] apply(Cache.Entry<String, byte[]> entry) {
        return encode(entry.getKey(), entry.getValue());
    }

    static byte[] encode(String key, byte[] value) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(KEY_AT + text.length)
                .put(StoredValue.token(value))
                .putInt(Math.max(0, value.length - StoredValue.TOKEN_BYTES))
                .put(text)
                .array();
    }

    static Found decode(byte[] listed) {
        return new Found(
                new String(listed, KEY_AT, listed.length - KEY_AT, StandardCharsets.UTF_8),
                StoredValue.version(listed),
                ByteBuffer.wrap(listed).getInt(StoredValue.TOKEN_BYTES));
    }
}

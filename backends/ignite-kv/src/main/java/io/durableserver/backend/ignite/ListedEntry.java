package io.durableserver.backend.ignite;

import io.durableserver.spi.Backend;
import io.durableserver.spi.Version;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.cache.Cache;
import org.apache.ignite.lang.IgniteClosure;

/** Runs on the partition's node: leaves the record there and sends the token, then the key. */
final class ListedEntry implements IgniteClosure<Cache.Entry<String, byte[]>, byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] apply(Cache.Entry<String, byte[]> entry) {
        return encode(entry.getKey(), entry.getValue());
    }

    static byte[] encode(String key, byte[] value) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        byte[] listed = Arrays.copyOf(value, StoredValue.TOKEN_BYTES + text.length);
        System.arraycopy(text, 0, listed, StoredValue.TOKEN_BYTES, text.length);
        return listed;
    }

    static Backend.Listed decode(byte[] listed) {
        Version version = StoredValue.version(listed);
        return new Backend.Listed(new String(StoredValue.record(listed), StandardCharsets.UTF_8), version);
    }
}

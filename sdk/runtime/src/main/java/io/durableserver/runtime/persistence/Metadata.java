package io.durableserver.runtime.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.durableserver.ConfigurationException;
import io.durableserver.runtime.record.RecordFormat;
import java.nio.charset.CharsetEncoder;
import java.util.Map;

/** The bound of user metadata. */
public final class Metadata {
    /** The most bytes of all metadata, in UTF-8, as the record counts them. */
    static final int MAX_BYTES = RecordFormat.METADATA_BYTES;

    private Metadata() {}

    /** Throws {@link ConfigurationException} when it is over its bound. */
    public static void check(String key, Map<String, String> metadata) {
        int size = 0;
        CharsetEncoder utf8 = UTF_8.newEncoder();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            if (!utf8.canEncode(entry.getKey()) || !utf8.canEncode(entry.getValue())) {
                throw ConfigurationException.option("metadata of " + key, "half a surrogate pair", "Unicode text");
            }
            size += entry.getKey().getBytes(UTF_8).length + entry.getValue().getBytes(UTF_8).length;
        }
        if (size > MAX_BYTES) {
            throw ConfigurationException.option("metadata of " + key, size + " bytes", "at most " + MAX_BYTES);
        }
    }
}

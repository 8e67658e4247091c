package io.durableserver.backend.ignite;

import io.durableserver.spi.Version;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The cache value: 16 bytes of version token, then the record. */
final class StoredValue {
    static final int TOKEN_BYTES = 16;

    private static final int TEXT_LENGTH = 22;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private StoredValue() {}

    /** A value of a token, given as its two halves, and a record. */
    static byte[] of(long writer, long number, byte[] record) {
        return ByteBuffer.allocate(TOKEN_BYTES + record.length)
                .putLong(writer)
                .putLong(number)
                .put(record)
                .array();
    }

    static byte[] record(byte[] value) {
        return Arrays.copyOfRange(value, TOKEN_BYTES, value.length);
    }

    static byte[] token(byte[] value) {
        return Arrays.copyOf(value, TOKEN_BYTES);
    }

    /** The version a value has. */
    static Version version(byte[] value) {
        return new Version(ENCODER.encodeToString(token(value)));
    }

    /** The token of a version; null where it is not one of this backend's, so that it matches no record. */
    static byte @Nullable [] token(Version version) {
        if (version.token().length() != TEXT_LENGTH) {
            return null;
        }
        try {
            return Base64.getUrlDecoder().decode(version.token());
        } catch (IllegalArgumentException foreign) {
            return null;
        }
    }

    /** Whether it may be a value of this backend: another program may have put something else into the cache. */
    static boolean isValue(byte[] value) {
        return value.length >= TOKEN_BYTES;
    }

    /** Whether a value starts with a token. */
    static boolean hasToken(byte[] value, byte[] tokenHolder) {
        return isValue(value) && Arrays.equals(value, 0, TOKEN_BYTES, tokenHolder, 0, TOKEN_BYTES);
    }
}

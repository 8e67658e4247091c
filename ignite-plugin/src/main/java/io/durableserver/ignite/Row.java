package io.durableserver.ignite;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A value as the cache holds it: a header before the bytes of the user.
 *
 * <p>Format, big endian: revision (8 bytes), operation id (16 bytes), value. The revision rises with every change of a
 * key and orders what a watcher sees. The operation id names the change that wrote the row: Ignite repeats an operation
 * when the primary fails, and the repetition must recognize itself instead of losing against itself.
 */
final class Row {
    private static final int HEADER = 3 * Long.BYTES;

    private final byte[] bytes;

    private Row(byte[] bytes) {
        this.bytes = bytes;
    }

    static Row of(long revision, long operationHigh, long operationLow, byte[] value) {
        return new Row(ByteBuffer.allocate(HEADER + value.length)
                .putLong(revision)
                .putLong(operationHigh)
                .putLong(operationLow)
                .put(value)
                .array());
    }

    static Row parse(byte[] bytes) {
        if (bytes.length < HEADER) {
            throw new IllegalArgumentException("a directory row of " + bytes.length + " bytes");
        }
        return new Row(bytes);
    }

    long revision() {
        return ByteBuffer.wrap(bytes).getLong();
    }

    boolean writtenBy(long high, long low) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return buffer.getLong(Long.BYTES) == high && buffer.getLong(2 * Long.BYTES) == low;
    }

    /** A copy of the user's bytes. */
    byte[] value() {
        return Arrays.copyOfRange(bytes, HEADER, bytes.length);
    }

    boolean holds(byte[] value) {
        return Arrays.equals(bytes, HEADER, bytes.length, value, 0, value.length);
    }

    byte[] bytes() {
        return bytes;
    }
}

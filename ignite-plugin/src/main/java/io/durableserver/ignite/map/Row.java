package io.durableserver.ignite.map;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value as the cache holds it: a header before the bytes of the user.
 *
 * <p>Format, big endian: revision (8 bytes), operation id (16 bytes), kind (1 byte: 0 a value, 1 a mark), then the value,
 * or the reason in UTF-8. The revision rises with every change of a key and orders what a watcher sees. The operation id
 * names the change that wrote the row: Ignite repeats an operation when the primary fails, and the repetition must
 * recognize itself instead of losing against itself. A mark stands where an entry was removed with a reason, for as long as
 * it takes to tell watchers: to all others the entry is absent.
 */
final class Row {
    private static final int KIND = 3 * Long.BYTES;
    private static final int HEADER = KIND + 1;
    private static final byte VALUE = 0;
    private static final byte MARK = 1;

    private final byte[] bytes;

    private Row(byte[] bytes) {
        this.bytes = bytes;
    }

    static Row of(long revision, long operationHigh, long operationLow, byte[] value) {
        return of(revision, operationHigh, operationLow, VALUE, value);
    }

    static Row mark(long revision, long operationHigh, long operationLow, String reason) {
        return of(revision, operationHigh, operationLow, MARK, reason.getBytes(StandardCharsets.UTF_8));
    }

    private static Row of(long revision, long operationHigh, long operationLow, byte kind, byte[] content) {
        return new Row(ByteBuffer.allocate(HEADER + content.length)
                .putLong(revision)
                .putLong(operationHigh)
                .putLong(operationLow)
                .put(kind)
                .put(content)
                .array());
    }

    static Row parse(byte[] bytes) {
        if (bytes.length < HEADER) {
            throw new IllegalArgumentException("a row of " + bytes.length + " bytes");
        }
        return new Row(bytes);
    }

    long revision() {
        return ByteBuffer.wrap(bytes).getLong();
    }

    long operationHigh() {
        return ByteBuffer.wrap(bytes).getLong(Long.BYTES);
    }

    long operationLow() {
        return ByteBuffer.wrap(bytes).getLong(2 * Long.BYTES);
    }

    boolean writtenBy(long high, long low) {
        return operationHigh() == high && operationLow() == low;
    }

    boolean isMark() {
        return bytes[KIND] == MARK;
    }

    /** Why the entry was removed, of a mark. */
    String reason() {
        return new String(bytes, HEADER, bytes.length - HEADER, StandardCharsets.UTF_8);
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

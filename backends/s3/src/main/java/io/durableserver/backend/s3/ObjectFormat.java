package io.durableserver.backend.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Records as the bodies of objects: the record as it is, a line end, the {@link Trailer}, a line end. A record that is JSON
 * on one line makes an object of two JSON lines.
 *
 * <p>A tombstone is an empty record with {@code "deleted":true}, filled up to {@value #TOMBSTONE_BYTES} bytes: a listing
 * shows sizes, so only objects of this size need to be looked at.
 */
final class ObjectFormat {
    static final int TOMBSTONE_BYTES = 512;
    /** More than a trailer ever adds to a record. */
    static final int OVERHEAD_BYTES = 1_024;

    private static final byte[] START = "{\"object\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private ObjectFormat() {}

    /** What an object holds. */
    sealed interface Content {
        /** An object of ours. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
        record Ours(byte[] record, Trailer trailer) implements Content {}

        /** An object without a trailer: another application's, or the rest of one of ours. */
        record Foreign() implements Content {}

        /** An object whose trailer is newer than this release. */
        record Newer(int format) implements Content {}

        /** An object of ours that is damaged. */
        record Corrupt(String problem) implements Content {}
    }

    static byte[] record(byte[] record, String nonce, Optional<String> replaces, Optional<String> after) {
        return body(record, Trailer.of(record, nonce, replaces, after, false).encode());
    }

    static byte[] tombstone(String nonce, Optional<String> replaces, Optional<String> after) {
        byte[] plain = Trailer.of(NOTHING, nonce, replaces, after, true).encode();
        String open = new String(plain, 0, plain.length - 1, StandardCharsets.US_ASCII) + ",\"fill\":\"";
        String close = "\"}";
        int fill = TOMBSTONE_BYTES - 2 - open.length() - close.length();
        return body(NOTHING, (open + ".".repeat(fill) + close).getBytes(StandardCharsets.US_ASCII));
    }

    static Content read(byte[] body) {
        int end = body.length - 1;
        if (end < 1 || body[end] != '\n') {
            return new Content.Foreign();
        }
        int line = end - 1;
        while (line >= 0 && body[line] != '\n') {
            line--;
        }
        int from = line + 1;
        if (line < 0
                || end - from < START.length
                || !Arrays.equals(body, from, from + START.length, START, 0, START.length)) {
            return new Content.Foreign();
        }
        try {
            return checked(body, line, Trailer.decode(body, from, end - from));
        } catch (IOException malformed) {
            return new Content.Corrupt("the last line does not parse");
        }
    }

    private static Content checked(byte[] body, int length, Trailer trailer) {
        if (trailer.object() > Trailer.FORMAT) {
            return new Content.Newer(trailer.object());
        }
        if (trailer.length() != length) {
            return new Content.Corrupt("the length does not match");
        }
        byte[] record = Arrays.copyOf(body, length);
        return trailer.crc32c().equals(Trailer.crc32c(record))
                ? new Content.Ours(record, trailer)
                : new Content.Corrupt("the checksum does not match");
    }

    private static byte[] body(byte[] record, byte[] trailer) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(record.length + trailer.length + 2);
        body.writeBytes(record);
        body.write('\n');
        body.writeBytes(trailer);
        body.write('\n');
        return body.toByteArray();
    }
}

package io.durableserver.backend.s3;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The last line of an object: one JSON object in ASCII.
 *
 * @param object the version of this format
 * @param nonce 32 hex digits, new for every write: equal records must not have equal ETags, which are hashes of the bytes
 * @param length bytes of the record
 * @param crc32c CRC-32C (RFC 3720) of the record, in lower-case hex
 * @param replaces ETag of the object this one was written over; empty where there was none
 * @param after nonce of that object; only where ETags are no sums of bodies, and its writer knew it
 * @param deleted whether the record is deleted
 */
record Trailer(
        int object,
        String nonce,
        long length,
        String crc32c,
        Optional<String> replaces,
        Optional<String> after,
        boolean deleted) {
    static final int FORMAT = 1;

    private static final JsonFactory JSON = new JsonFactory();

    static Trailer of(byte[] record, String nonce, Optional<String> replaces, Optional<String> after, boolean deleted) {
        return new Trailer(FORMAT, nonce, record.length, crc32c(record), replaces, after, deleted);
    }

    static String crc32c(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record);
        return String.format("%08x", crc.getValue());
    }

    /** The line, without its end. */
    byte[] encode() {
        StringBuilder json = new StringBuilder(192);
        json.append("{\"object\":").append(object);
        json.append(",\"nonce\":\"").append(nonce);
        json.append("\",\"length\":").append(length);
        json.append(",\"crc32c\":\"").append(crc32c).append('"');
        replaces.ifPresent(eTag -> json.append(",\"replaces\":\"").append(eTag).append('"'));
        after.ifPresent(before -> json.append(",\"after\":\"").append(before).append('"'));
        if (deleted) {
            json.append(",\"deleted\":true");
        }
        return json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a line; members it does not know are skipped. */
    static Trailer decode(byte[] bytes, int from, int length) throws IOException {
        Draft draft = new Draft();
        Set<String> seen = new HashSet<>();
        try (JsonParser parser = JSON.createParser(bytes, from, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                if (!seen.add(name)) {
                    throw new IOException("a member is given twice");
                }
                parser.nextToken();
                draft.read(name, parser);
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new IOException("not one object");
            }
        }
        return draft.finish();
    }

    /** The members seen so far. */
    private static final class Draft {
        private int object;
        private long length = -1;
        private @Nullable String nonce;
        private @Nullable String crc32c;
        private Optional<String> replaces = Optional.empty();
        private Optional<String> after = Optional.empty();
        private boolean deleted;

        void read(String name, JsonParser parser) throws IOException {
            switch (name) {
                case "object" -> object = parser.getIntValue();
                case "nonce" -> nonce = parser.getText();
                case "length" -> length = parser.getLongValue();
                case "crc32c" -> crc32c = parser.getText();
                case "replaces" -> replaces = Optional.of(parser.getText());
                case "after" -> after = Optional.of(parser.getText());
                case "deleted" -> deleted = parser.getBooleanValue();
                default -> parser.skipChildren();
            }
        }

        Trailer finish() throws IOException {
            if (object < 1) {
                throw new IOException("no format");
            }
            // A newer format may have dropped the others.
            if (object == FORMAT && (nonce == null || crc32c == null || length < 0)) {
                throw new IOException("a member is missing");
            }
            return new Trailer(
                    object, nonce == null ? "" : nonce, length, crc32c == null ? "" : crc32c, replaces, after, deleted);
        }
    }
}

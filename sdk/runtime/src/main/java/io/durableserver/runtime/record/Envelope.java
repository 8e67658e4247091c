package io.durableserver.runtime.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all stored objects share: format number, kind, members, seal; and the order in which they are distrusted. */
final class Envelope {
    /** The newest format this release reads, and the one it writes. */
    static final int FORMAT = 1;

    private static final byte[] START = "{\"format\":".getBytes(StandardCharsets.US_ASCII);

    /** Sizes are bounded by the state limit at the time of writing: what was stored must stay readable. */
    private static final JsonFactory JSON = JsonFactory.builder()
            // Names inside a state are data: many and unforeseen.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(2_000)
                    .build())
            .build();

    /** Names features that a reader must know, or leave the object alone. */
    private static final String NEEDS = "needs";

    private static final byte[] NO_MEMBERS = {};

    /**
     * Takes one member; the parser stands on the first token of its value and must be left on the last. False when the member is not
     * known; then the parser must stand where it did.
     */
    @FunctionalInterface
    interface MemberReader {
        boolean read(String name, JsonParser parser) throws IOException;
    }

    /** The members seen so far, and what they make. */
    interface Draft<T> extends MemberReader {
        /** Whether this release knows a feature that an object of this kind may need. */
        default boolean knows(String feature) {
            return false;
        }

        /** The object; {@code top} are its members that are not known. */
        T finish(byte[] top) throws Malformed;
    }

    private Envelope() {}

    static JsonBytes open(String kind, int capacity) {
        return new JsonBytes(capacity)
                .ascii("{\"format\":" + FORMAT + ",\"kind\":")
                .string(kind);
    }

    /** As {@link #open(String, int)}, for an object that only those may read who know a feature. */
    static JsonBytes open(String kind, String needs, int capacity) {
        return open(kind, capacity).ascii(",\"" + NEEDS + "\":[").string(needs).ascii("]");
    }

    /** Checks the bytes, hands each member to the draft, and returns what they make. */
    static <T> T read(String key, String kind, byte[] bytes, Draft<T> draft) {
        return read(key, kind, bytes, Seal.check(bytes), draft);
    }

    /** As {@link #read(String, String, byte[], Draft)}, whatever the seal says: what was changed by hand has none. */
    static <T> T readUnsealed(String key, String kind, byte[] bytes, Draft<T> draft) {
        return read(key, kind, bytes, Seal.Check.INTACT, draft);
    }

    private static <T> T read(String key, String kind, byte[] bytes, Seal.Check seal, Draft<T> draft) {
        if (seal == Seal.Check.BROKEN) {
            throw RecordErrors.corrupt(key, "the checksum does not match");
        }
        Head head = Head.of(key, bytes);
        if (head.format > FORMAT) {
            throw RecordErrors.newer(key, head.format);
        }
        if (head.format < 1) {
            throw RecordErrors.foreign(key, "format is below 1");
        }
        if (!kind.equals(head.kind)) {
            throw RecordErrors.foreign(key, "kind is not " + kind);
        }
        if (seal == Seal.Check.ABSENT) {
            throw RecordErrors.corrupt(key, "the checksum is missing");
        }
        try (JsonParser parser = JSON.createParser(bytes)) {
            parser.nextToken();
            byte[] top = eachMember(
                    parser, bytes, (name, value) -> isShared(key, name, value, draft) || draft.read(name, value));
            if (parser.nextToken() != null) {
                throw new Malformed("bytes after the end of the object");
            }
            return draft.finish(top);
        } catch (Malformed e) {
            throw RecordErrors.corrupt(key, e.problem());
        } catch (IOException e) {
            // The parser's own message may quote the state (P9).
            throw RecordErrors.corrupt(key, "not JSON: " + e.getClass().getSimpleName());
        }
    }

    /** Whether it is a member of every object, which are looked at before and after. */
    private static boolean isShared(String key, String name, JsonParser parser, Draft<?> draft) throws IOException {
        switch (name) {
            case "format", "kind", "crc32c" -> parser.skipChildren();
            case NEEDS -> {
                for (String feature : Members.list(parser, name)) {
                    if (!draft.knows(feature)) {
                        throw RecordErrors.needs(key, feature);
                    }
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Reads the members of the object the parser stands on; returns those that are not known, each after a comma. */
    static byte[] eachMember(JsonParser parser, byte[] bytes, MemberReader members) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Malformed("a member is not an object");
        }
        // Of a member that is given twice readers differ in which they take.
        Set<String> seen = new HashSet<>();
        ByteArrayOutputStream unknown = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (!seen.add(name)) {
                throw new Malformed("a member is given twice");
            }
            long start = parser.currentTokenLocation().getByteOffset();
            parser.nextToken();
            if (!members.read(name, parser)) {
                unknown = unknown == null ? new ByteArrayOutputStream() : unknown;
                unknown.write(',');
                unknown.writeBytes(Members.slice(parser, bytes, start));
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new Malformed("an object is not closed");
        }
        return unknown == null ? NO_MEMBERS : unknown.toByteArray();
    }

    /** Format and kind, read first: they decide what the rest may be. */
    private record Head(long format, String kind) {
        static Head of(String key, byte[] bytes) {
            // A zero second byte would make the parser guess UTF-16, which is never ours.
            if (bytes.length < 2 || bytes[0] != '{' || bytes[1] == 0) {
                throw RecordErrors.foreign(key, "not a JSON object");
            }
            Long format = null;
            String kind = null;
            try (JsonParser parser = JSON.createParser(bytes)) {
                parser.nextToken();
                while ((format == null || kind == null) && parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if ("format".equals(name) && value == JsonToken.VALUE_NUMBER_INT) {
                        format = parser.getLongValue();
                    } else if ("kind".equals(name) && value == JsonToken.VALUE_STRING) {
                        kind = parser.getText();
                    } else {
                        parser.skipChildren();
                    }
                }
            } catch (IOException e) {
                throw notJson(key, bytes, e);
            }
            return present(key, format, kind);
        }

        private static Head present(String key, @Nullable Long format, @Nullable String kind) {
            if (format == null || kind == null) {
                throw RecordErrors.foreign(key, format == null ? "no format" : "no kind");
            }
            return new Head(format, kind);
        }

        /** An object that starts like ours and breaks off was ours. */
        private static RuntimeException notJson(String key, byte[] bytes, IOException e) {
            boolean ours =
                    bytes.length >= START.length && Arrays.equals(bytes, 0, START.length, START, 0, START.length);
            String problem = "not JSON: " + e.getClass().getSimpleName();
            return ours ? RecordErrors.corrupt(key, problem) : RecordErrors.foreign(key, problem);
        }
    }
}

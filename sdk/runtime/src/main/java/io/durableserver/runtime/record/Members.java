package io.durableserver.runtime.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.durableserver.ServerStatus;
import io.durableserver.spi.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Readers of single members; each throws {@link Malformed} with the member's name when the value is of another kind. */
final class Members {
    private Members() {}

    static <T> T required(@Nullable T value, String name) throws Malformed {
        if (value == null) {
            throw new Malformed("member " + name + " is missing");
        }
        return value;
    }

    static String string(JsonParser parser, String name) throws IOException {
        expect(parser, JsonToken.VALUE_STRING, name);
        return parser.getText();
    }

    static long number(JsonParser parser, String name) throws IOException {
        expect(parser, JsonToken.VALUE_NUMBER_INT, name);
        return parser.getLongValue();
    }

    static int smallNumber(JsonParser parser, String name) throws IOException {
        expect(parser, JsonToken.VALUE_NUMBER_INT, name);
        return parser.getIntValue();
    }

    static boolean bool(JsonParser parser, String name) throws IOException {
        if (!parser.currentToken().isBoolean()) {
            throw new Malformed("member " + name + " is not a boolean");
        }
        return parser.getBooleanValue();
    }

    static ServerStatus status(JsonParser parser, String name) throws IOException {
        String wireName = string(parser, name);
        for (ServerStatus status : ServerStatus.values()) {
            if (status.wireName().equals(wireName)) {
                return status;
            }
        }
        throw new Malformed("status is unknown");
    }

    /**
     * A session as an object has it.
     *
     * @param extra its members that are not known
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Written(Session session, byte[] extra) {}

    static Written session(JsonParser parser, byte[] bytes, String name) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        byte[] extra = Envelope.eachMember(parser, bytes, (member, value) -> {
            boolean known = member.equals("node") || member.equals("incarnation");
            if (known) {
                found.put(member, string(value, name + "." + member));
            }
            return known;
        });
        Session session = new Session(
                required(found.get("node"), name + ".node"), required(found.get("incarnation"), name + ".incarnation"));
        return new Written(session, extra);
    }

    static Map<String, String> strings(JsonParser parser, byte[] bytes, String name) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        Envelope.eachMember(parser, bytes, (member, value) -> {
            found.put(member, string(value, name));
            return true;
        });
        return found;
    }

    static List<String> list(JsonParser parser, String name) throws IOException {
        expect(parser, JsonToken.START_ARRAY, name);
        List<String> found = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            found.add(string(parser, name));
        }
        return found;
    }

    static JsonBytes list(JsonBytes json, List<String> texts) {
        json.ascii("[");
        String separator = "";
        for (String text : texts) {
            json.ascii(separator).string(text);
            separator = ",";
        }
        return json.ascii("]");
    }

    /** The bytes of the value the parser stands on, exactly as they were written. */
    static byte[] slice(JsonParser parser, byte[] bytes) throws IOException {
        return slice(parser, bytes, parser.currentTokenLocation().getByteOffset());
    }

    /** As {@link #slice(JsonParser, byte[])}, from an earlier place on. */
    static byte[] slice(JsonParser parser, byte[] bytes, long start) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        long end = parser.currentLocation().getByteOffset();
        return Arrays.copyOfRange(bytes, Math.toIntExact(start), Math.toIntExact(end));
    }

    static JsonBytes session(JsonBytes json, Session session, ExtraMembers extra) {
        return json.ascii("{\"node\":")
                .string(session.node())
                .ascii(",\"incarnation\":")
                .string(session.incarnation())
                .raw(extra.session())
                .ascii("}");
    }

    static void expect(JsonParser parser, JsonToken token, String name) throws Malformed {
        if (parser.currentToken() != token) {
            throw new Malformed("member " + name + " is not " + token);
        }
    }
}

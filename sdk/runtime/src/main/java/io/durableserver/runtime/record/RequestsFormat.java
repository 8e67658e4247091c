package io.durableserver.runtime.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The member {@code requests} of a record: {@code [clock,[id,print,until,reply],…]}, the reply in Base64, or null while it is open.
 */
final class RequestsFormat {
    /** The name of the member, and of the feature that its reader must know. */
    static final String NAME = "requests";

    private RequestsFormat() {}

    static byte[] encode(StoredRequest request) {
        byte[] reply = request.reply();
        JsonBytes json = new JsonBytes(request.id().length() + (reply == null ? 0 : reply.length * 4 / 3) + 48);
        json.ascii("[").string(request.id());
        json.ascii(",").number(Integer.toUnsignedLong(request.print()));
        json.ascii(",").number(request.untilMillis());
        if (reply == null) {
            json.ascii(",null]");
        } else {
            json.ascii(",\"")
                    .raw(Base64.getEncoder().withoutPadding().encode(reply))
                    .ascii("\"]");
        }
        return json.toBytes();
    }

    static void write(JsonBytes json, StoredRequests requests) {
        json.ascii(",\"" + NAME + "\":[").number(requests.clockMillis());
        for (StoredRequest request : requests.kept()) {
            json.ascii(",").raw(request.json());
        }
        json.ascii("]");
    }

    static StoredRequests read(JsonParser parser) throws IOException {
        Members.expect(parser, JsonToken.START_ARRAY, NAME);
        parser.nextToken();
        long clock = Members.number(parser, NAME);
        List<StoredRequest> kept = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            StoredRequest request = one(parser);
            if (!ids.add(request.id())) {
                throw new Malformed("member " + NAME + " has an id twice");
            }
            kept.add(request);
        }
        return new StoredRequests(clock, kept);
    }

    private static StoredRequest one(JsonParser parser) throws IOException {
        Members.expect(parser, JsonToken.START_ARRAY, NAME);
        parser.nextToken();
        String id = Members.string(parser, NAME);
        parser.nextToken();
        long print = Members.number(parser, NAME);
        parser.nextToken();
        long until = Members.number(parser, NAME);
        byte[] reply = reply(parser);
        if (parser.nextToken() != JsonToken.END_ARRAY) {
            throw new Malformed("member " + NAME + " has a request of another form");
        }
        return new StoredRequest(id, (int) print, until, reply);
    }

    private static byte @Nullable [] reply(JsonParser parser) throws IOException {
        if (parser.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(Members.string(parser, NAME));
        } catch (IllegalArgumentException e) {
            throw new Malformed("member " + NAME + " has a reply that is not Base64");
        }
    }
}

package io.durableserver.backend.mirror.rollout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads the head of this library's records, format 1 and later: an object whose first members are format and kind. It
 * stops at the counters, which stand before the state, and does not check the seal: damaged records have a position too,
 * but equal bytes are never rewritten and the authoritative side is what counts.
 */
final class DurableRecordOrder implements RecordOrder {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public Optional<Position> position(byte[] record) {
        if (record.length == 0 || record[0] != '{') {
            return Optional.empty();
        }
        try (JsonParser parser = JSON.createParser(record)) {
            parser.nextToken();
            return read(parser);
        } catch (IOException foreign) {
            // Not JSON, so not ours: the caller treats it as bytes without an order.
            return Optional.empty();
        }
    }

    private static Optional<Position> read(JsonParser parser) throws IOException {
        String kind = "";
        String status = "";
        long epoch = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "kind" -> kind = text(parser, value);
                case "status" -> status = text(parser, value);
                case "epoch" -> epoch = number(parser, value);
                case "writes" -> {
                    long writes = number(parser, value);
                    return kind.equals("server") && epoch >= 0 && writes >= 0
                            ? Optional.of(new Position(kind, epoch, writes, status.equals("deleting")))
                            : Optional.empty();
                }
                case "renewals" -> {
                    long renewals = number(parser, value);
                    return kind.equals("lease") && renewals >= 0
                            ? Optional.of(new Position(kind, 0, renewals, false))
                            : Optional.empty();
                }
                default -> parser.skipChildren();
            }
        }
        return Optional.empty();
    }

    private static String text(JsonParser parser, JsonToken value) throws IOException {
        parser.skipChildren();
        return value == JsonToken.VALUE_STRING ? parser.getText() : "";
    }

    private static long number(JsonParser parser, JsonToken value) throws IOException {
        parser.skipChildren();
        return value == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : -1;
    }
}

package io.durableserver.backend.mirror.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** JSON objects of texts, whole numbers and booleans: the form of the control records. */
final class FlatJson {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private FlatJson() {}

    /**
     * An object as it was read.
     *
     * @param texts its members that are no objects and no arrays, as text
     * @param written all members as they were written: {@code "name":value}
     */
    record Members(Map<String, String> texts, Map<String, String> written) {
        /** The members beside these, each after a comma. */
        String beside(Set<String> known) {
            StringBuilder beside = new StringBuilder();
            written.forEach((name, member) -> {
                if (!known.contains(name)) {
                    beside.append(',').append(member);
                }
            });
            return beside.toString();
        }
    }

    /** The object as bytes; {@code beside} are more members as {@link Members#beside} returned them. */
    static byte[] write(Map<String, ?> members, String beside) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, ?> member : members.entrySet()) {
                json.writeFieldName(member.getKey());
                if (member.getValue() instanceof Number number) {
                    json.writeNumber(number.longValue());
                } else if (member.getValue() instanceof Boolean bool) {
                    json.writeBoolean(bool);
                } else {
                    json.writeString(member.getValue().toString());
                }
            }
            json.writeRaw(beside);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing to memory failed", impossible);
        }
        return out.toByteArray();
    }

    /** Empty for anything that is no JSON object, or has a member twice. */
    static Optional<Members> read(byte[] bytes) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, String> written = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                int start = (int) parser.currentTokenLocation().getByteOffset();
                if (parser.nextToken().isScalarValue()) {
                    texts.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
                int end = (int) parser.currentLocation().getByteOffset();
                written.put(name, new String(bytes, start, end - start, UTF_8));
            }
            return Optional.of(new Members(texts, written));
        } catch (IOException foreign) {
            return Optional.empty();
        }
    }
}

package io.durableserver.s3test;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP answer.
 *
 * @param status the HTTP status
 * @param headers names in lower case, without the length of the body
 * @param body not changed by anyone
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
        headers = Map.copyOf(headers);
    }

    /** An answer with a text. */
    public static Answer of(int status, String contentType, String body) {
        return new Answer(status, Map.of("content-type", contentType), body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with another status. */
    public Answer withStatus(int value) {
        return new Answer(value, headers, body);
    }

    /** The same with another body. */
    public Answer withBody(byte[] value) {
        return new Answer(status, headers, value);
    }

    /** The same with this header set. */
    public Answer with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name.toLowerCase(Locale.ROOT), value);
        return new Answer(status, changed, body);
    }

    /** The same without this header. */
    public Answer without(String name) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.remove(name.toLowerCase(Locale.ROOT));
        return new Answer(status, changed, body);
    }
}

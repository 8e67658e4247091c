package io.durableserver.runtime.wire;

import io.durableserver.ConfigurationException;
import io.durableserver.ServerRef;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Headers of calls, casts and starts: names as in HTTP/2 (lower-case tokens) and values of printable ASCII, so that they fit any protocol
 * they may go on with. Errors name a header and never its value, which may be secret (P9).
 */
public final class Headers {
    private static final String SYMBOLS = "!#$%&'*+-.^_`|~";

    private Headers() {}

    /**
     * A copy of headers that an application has set.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} for an illegal name or value, or when they are over their bounds
     */
    public static Map<String, String> checked(Map<String, String> headers) {
        Map<String, String> copy = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (copy.size() == ServerRef.MAX_HEADERS) {
                throw tooMany(headers.size());
            }
            copy.put(name(header.getKey()), value(header.getKey(), header.getValue()));
        }
        return bounded(copy);
    }

    /**
     * Headers that go on with those of a reference; what the reference says counts.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when all of them are over their bounds
     */
    public static Map<String, String> merged(Map<String, String> before, Map<String, String> own) {
        if (own.isEmpty()) {
            return before;
        }
        if (before.isEmpty()) {
            return own;
        }
        Map<String, String> all = new LinkedHashMap<>(before);
        all.putAll(own);
        return bounded(all);
    }

    private static Map<String, String> bounded(Map<String, String> headers) {
        if (headers.size() > ServerRef.MAX_HEADERS) {
            throw tooMany(headers.size());
        }
        long bytes = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            bytes += header.getKey().length() + header.getValue().length();
        }
        if (bytes > ServerRef.MAX_HEADER_BYTES) {
            throw ConfigurationException.option(
                    "headers",
                    bytes + " bytes",
                    "names and values of at most " + ServerRef.MAX_HEADER_BYTES + " bytes");
        }
        return Map.copyOf(headers);
    }

    private static ConfigurationException tooMany(int size) {
        return ConfigurationException.option("headers", size + " headers", "at most " + ServerRef.MAX_HEADERS);
    }

    /** Maps of applications may hold anything. */
    private static String name(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw ConfigurationException.option("headers", name == null ? "null" : "an empty name", "a name");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && SYMBOLS.indexOf(c) < 0) {
                throw ConfigurationException.option(
                        "headers",
                        "char " + Integer.toHexString(c) + " (hex) at " + i + " of a name",
                        "names of lower-case letters, digits and " + SYMBOLS);
            }
        }
        return name;
    }

    private static String value(String name, @Nullable String value) {
        if (value == null) {
            throw ConfigurationException.option("headers." + name, "null", "a value");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                throw ConfigurationException.option(
                        "headers." + name, "char " + Integer.toHexString(c) + " (hex) at " + i, "printable ASCII");
            }
        }
        return value;
    }
}

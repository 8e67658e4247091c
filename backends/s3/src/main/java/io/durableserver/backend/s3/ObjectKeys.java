package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.RecordKeys;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Record keys as object keys. They are the same, but for segments between slashes that HTTP clients, proxies and stores on
 * file systems change: empty ones, {@code .} and {@code ..} get a percent sign in front. So do those that look like one of
 * them with percent signs already, so that every object key stands for one record key: {@code a//b} is {@code a/%/b},
 * {@code a/} is {@code a/%}, {@code ..} is {@code %..}, {@code %} is {@code %%}.
 */
final class ObjectKeys {
    private static final int MAX_PREFIX_BYTES = 256;
    private static final Pattern SPECIAL = Pattern.compile("(?<=^|/)(%*\\.{0,2})(?=\\z|/)");
    private static final Pattern ESCAPED = Pattern.compile("(?<=^|/)%(%*\\.{0,2})(?=\\z|/)");
    private static final Pattern UNFINISHED = Pattern.compile("^(%*)\\.{1,2}\\z");

    private final String objectPrefix;

    ObjectKeys(String objectPrefix) {
        this.objectPrefix = objectPrefix;
    }

    static void checkPrefix(String objectPrefix) {
        boolean plain = objectPrefix.isEmpty()
                || (objectPrefix.endsWith("/")
                        && !SPECIAL.matcher(objectPrefix.substring(0, objectPrefix.length() - 1))
                                .find());
        if (!plain || bytes(objectPrefix) > MAX_PREFIX_BYTES) {
            throw ConfigurationException.option(
                    "s3.objectPrefix",
                    objectPrefix,
                    "empty, or at most " + MAX_PREFIX_BYTES + " bytes ending with / and without empty or dot segments");
        }
    }

    /** The object of a record; a key that is out of its bounds is a defect of the caller. */
    String object(String key) {
        String object = objectPrefix + SPECIAL.matcher(RecordKeys.check(key)).replaceAll("%$1");
        if (bytes(object) > RecordKeys.MAX_BYTES) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_KEY,
                    "The object key of a record has at most 1,024 bytes of UTF-8",
                    Map.of("bytes", bytes(object), "s3.objectPrefix", objectPrefix));
        }
        return object;
    }

    /** The record of an object under the object prefix; empty where it is no record's, so that no read would find it. */
    Optional<String> record(String object) {
        String key = ESCAPED.matcher(object.substring(objectPrefix.length())).replaceAll("$1");
        try {
            return object(key).equals(object) ? Optional.of(key) : Optional.empty();
        } catch (ConfigurationException noKey) {
            return Optional.empty();
        }
    }

    /** What the objects of all records with this prefix start with; others may too. */
    String objectPrefix(String keyPrefix) {
        int slash = keyPrefix.lastIndexOf('/') + 1;
        String whole = keyPrefix.substring(0, slash);
        String escaped = whole.isEmpty()
                ? ""
                : SPECIAL.matcher(whole.substring(0, slash - 1)).replaceAll("%$1") + "/";
        // The last segment may go on: its dots may turn out to need a percent sign, or not.
        Matcher unfinished = UNFINISHED.matcher(keyPrefix.substring(slash));
        return objectPrefix + escaped + unfinished.replaceAll("$1");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

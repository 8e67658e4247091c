package io.durableserver.spi;

import io.durableserver.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What may be the key of a record, in every store alike: so that what one store takes can be stored, listed and copied by
 * all others. A key is 1 to 1,024 bytes of UTF-8 of Unicode text without noncharacters (U+FDD0 to U+FDEF, and the last two
 * of each plane, such as U+FFFE), which no listing in XML can hold.
 */
public final class RecordKeys {
    /** The longest key, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1_024;

    /** No character of a string takes more bytes of UTF-8. */
    private static final int MAX_BYTES_PER_CHAR = 3;

    private static final Pattern ESCAPED = Pattern.compile("(?<=^|/)%*\\.{0,2}(?=\\z|/)");

    private RecordKeys() {}

    /**
     * The key, when it may be one; one that may not is a defect of the caller.
     *
     * @throws ConfigurationException {@code INVALID_KEY}
     */
    public static String check(String key) {
        boolean surelyShort = key.length() <= MAX_BYTES / MAX_BYTES_PER_CHAR;
        int bytes = surelyShort ? key.length() : key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_KEY,
                    "A record key has 1 to 1,024 bytes of UTF-8",
                    Map.of("bytes", bytes));
        }
        checkText(key);
        return key;
    }

    /**
     * Makes a request of a backend; a key that may not be one fails the stage with {@code INVALID_KEY}, and nothing is requested.
     *
     * @param request called once, on the calling thread, when the key is valid
     */
    public static <T> CompletionStage<T> checked(String key, Supplier<CompletionStage<T>> request) {
        try {
            var unused = check(key);
        } catch (ConfigurationException defect) {
            return CompletableFuture.failedFuture(defect);
        }
        return request.get();
    }

    /**
     * Fails unless this is Unicode text without noncharacters.
     *
     * @throws ConfigurationException {@code INVALID_KEY}
     */
    public static void checkText(String key) {
        for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
            int character = key.codePointAt(i);
            if (Character.getType(character) == Character.SURROGATE) {
                throw invalid("The key is not Unicode text", "half a surrogate pair at " + i, "text with a UTF-8 form");
            }
            if ((character & 0xFFFE) == 0xFFFE || (character >= 0xFDD0 && character <= 0xFDEF)) {
                throw invalid("The key has a noncharacter", "U+%04X at %d".formatted(character, i), "no noncharacters");
            }
        }
    }

    /**
     * Bytes of UTF-8 in a store that marks each segment between slashes that is empty, {@code .} or {@code ..}, or looks like
     * a marked one, with one byte more.
     */
    public static int markedBytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length
                + (int) ESCAPED.matcher(key).results().count();
    }

    private static ConfigurationException invalid(String message, String value, String bound) {
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_KEY,
                message,
                Map.of("option", "key", "value", value, "bound", bound));
    }
}

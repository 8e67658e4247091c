package io.durableserver.testkit.backend;

import io.durableserver.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The bounds of a record key. */
final class Keys {
    static final int MAX_BYTES = 1_024;

    private Keys() {}

    /** The key, when it is within the bounds of the SPI; a key outside of them is a defect of the caller. */
    static String check(String key) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_KEY,
                    "A record key has 1 to 1,024 bytes of UTF-8",
                    Map.of("bytes", bytes));
        }
        return key;
    }
}

package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import java.util.Map;

/** The bound of user metadata. */
final class Metadata {
    static final int MAX_CHARACTERS = 4_096;

    private Metadata() {}

    /** Throws {@link ConfigurationException} when it is over its bound. */
    static void check(String key, Map<String, String> metadata) {
        int size = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            size += entry.getKey().length() + entry.getValue().length();
        }
        if (size > MAX_CHARACTERS) {
            throw ConfigurationException.option(
                    "metadata of " + key, size + " characters", "at most " + MAX_CHARACTERS);
        }
    }
}

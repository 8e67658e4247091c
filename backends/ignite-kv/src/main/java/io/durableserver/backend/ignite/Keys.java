package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The bounds of a record key. */
final class Keys {
    private static final int MAX_BYTES = 1_024;
    /** No character of a string takes more bytes of UTF-8. */
    private static final int MAX_BYTES_PER_CHAR = 3;

    private Keys() {}

    /** Does it, unless the key is out of its bounds: that is a defect of the caller, and fails the stage. */
    static <T> CompletionStage<T> checked(String key, Supplier<CompletionStage<T>> request) {
        boolean surelyShort = key.length() <= MAX_BYTES / MAX_BYTES_PER_CHAR;
        int bytes = surelyShort ? key.length() : key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes >= 1 && bytes <= MAX_BYTES) {
            return request.get();
        }
        return CompletableFuture.failedFuture(new ConfigurationException(
                ConfigurationException.Reason.INVALID_KEY,
                "A record key has 1 to 1,024 bytes of UTF-8",
                Map.of("bytes", bytes)));
    }
}

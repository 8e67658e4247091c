package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.RecordKeys;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The bounds of a record key. */
final class Keys {
    private Keys() {}

    /** Does it, unless the key is out of its bounds: that is a defect of the caller, and fails the stage. */
    static <T> CompletionStage<T> checked(String key, Supplier<CompletionStage<T>> request) {
        try {
            var unused = RecordKeys.check(key);
        } catch (ConfigurationException defect) {
            return CompletableFuture.failedFuture(defect);
        }
        return request.get();
    }
}

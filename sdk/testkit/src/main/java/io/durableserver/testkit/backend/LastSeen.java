package io.durableserver.testkit.backend;

import io.durableserver.spi.ReadResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What reads of a handle found, as a cache of it might have kept it. */
final class LastSeen {
    private static final int MAX_KEYS = 1_000;

    private final Map<String, ReadResult> results = new LinkedHashMap<>();

    /** Keeps a result, and gives it back. */
    synchronized ReadResult saw(String key, ReadResult result) {
        if (!(result instanceof ReadResult.Failed) && (results.size() < MAX_KEYS || results.containsKey(key))) {
            results.put(key, copy(result));
        }
        return result;
    }

    synchronized Optional<ReadResult> last(String key) {
        return Optional.ofNullable(results.get(key)).map(LastSeen::copy);
    }

    private static ReadResult copy(ReadResult result) {
        return result instanceof ReadResult.Found found
                ? new ReadResult.Found(found.record().clone(), found.version())
                : result;
    }
}

package io.durableserver.backend.s3;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;

/** Objects this node has seen last, tombstones included; what is here may be old. Bounded by bytes (P7). */
final class ObjectCache {
    private static final int ENTRY_BYTES = 256;

    private final Cache<String, Entry> entries;
    private final TimeSource time;
    private final long weakAgeNanos;

    ObjectCache(long maxBytes, Duration weakReadAge, TimeSource time) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<String, Entry>weigher((object, entry) ->
                        ENTRY_BYTES + 2 * object.length() + entry.object().record().length)
                // Its default is the common pool.
                .executor(Runnable::run)
                .build();
        this.time = time;
        this.weakAgeNanos = weakReadAge.toNanos();
    }

    private record Entry(Current.Ours object, long seenNanos) {}

    Optional<Current.Ours> last(String object) {
        return Optional.ofNullable(entries.getIfPresent(object)).map(Entry::object);
    }

    /** One that was seen so lately that a weak read may have it. */
    Optional<Current.Ours> recent(String object) {
        long now = time.nanoTime();
        return Optional.ofNullable(entries.getIfPresent(object))
                .filter(entry -> now - entry.seenNanos() < weakAgeNanos)
                .map(Entry::object);
    }

    void saw(String object, Current.Ours current) {
        entries.put(object, new Entry(current, time.nanoTime()));
    }

    void forget(String object) {
        entries.invalidate(object);
    }
}

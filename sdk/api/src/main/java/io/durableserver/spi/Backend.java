package io.durableserver.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A store of versioned records. Thread-safe. No method blocks; stages complete normally with a result for every failure
 * of the store, and exceptionally only for a defect. They may complete on any thread, so nothing heavy may be chained
 * without an executor.
 *
 * <p>Keys are what {@link RecordKeys} takes; any other fails the stage with its error. Every implementation passes the backend compatibility kit.
 */
public interface Backend extends AutoCloseable {
    /** A short name for logs and metrics, such as {@code ignite-kv}. */
    String name();

    /** Completes when the store can be used, or fails with a typed error that says what to fix. */
    CompletionStage<Void> ready();

    /** Reads one record. */
    CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout);

    /** Writes a record that must not exist yet. */
    CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout);

    /** Replaces a record that must have this version. */
    CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout);

    /** Removes a record that must have this version. An absent record is a conflict. */
    CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout);

    /**
     * One page of the keys that start with a prefix, in no promised order. A key that exists during the whole listing is
     * in exactly one page.
     *
     * <p>Where records are asked for, the entries of a store that has them at hand carry them: then a page ends at its limit or
     * at {@value PageRequest#MAX_BYTES} bytes of records, whichever is first. A store that lists only keys, as object stores do,
     * leaves them out. A record that is there is the one its version stands for, and as current as the listing: a strong
     * {@link #get} may know a newer one.
     *
     * @return fails with a {@link io.durableserver.NotAppliedException} when the store cannot answer
     */
    CompletionStage<Page> list(PageRequest request, Duration timeout);

    /** Releases what the backend holds. Stored records stay. */
    @Override
    void close();

    /**
     * One page of a listing.
     *
     * @param entries the keys, each once
     * @param next where the next page starts; empty after the last
     */
    record Page(List<Listed> entries, Optional<String> next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A listed key.
     *
     * @param record its record, which belongs to the caller; empty where none was asked for or the store has none at hand
     */
    record Listed(String key, Version version, Optional<byte[]> record) {
        /** A key without its record. */
        public Listed(String key, Version version) {
            this(key, version, Optional.empty());
        }
    }
}

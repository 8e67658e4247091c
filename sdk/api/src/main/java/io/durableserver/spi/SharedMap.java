package io.durableserver.spi;

import io.durableserver.Registration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A cluster-wide map in memory. All changes are compare-and-set. Thread-safe; nothing blocks. A stage that fails with
 * {@link MapUnavailableException} had no effect; any other failure leaves the outcome unknown: read again.
 */
public interface SharedMap {
    /** Reads an entry, linearizable with the changes of its key. */
    CompletionStage<Optional<byte[]>> get(String key);

    CompletionStage<Cas> putIfAbsent(String key, byte[] value);

    /** Replaces an entry that holds exactly these bytes. */
    CompletionStage<Cas> replace(String key, byte[] expected, byte[] value);

    /** Removes an entry that holds exactly these bytes. */
    CompletionStage<Cas> remove(String key, byte[] expected);

    /** The entry as far as this node holds a copy of it; a local read that may be stale or empty. */
    Optional<byte[]> localGet(String key);

    /** All entries whose key starts with a prefix, from all nodes. */
    CompletionStage<Map<String, byte[]>> scan(String prefix);

    /**
     * Reports the present entries whose key starts with a prefix and then every change, without a gap and in order per
     * key. The listener runs on a thread of the cluster and must hand over at once.
     */
    Registration watch(String prefix, Listener listener);

    /**
     * Tells when entries may be gone without a word, because all nodes that held them are: whoever made entries puts them
     * back. May come more often than needed. The listener runs on a thread of the map and must hand over at once.
     */
    default Registration onLoss(Runnable listener) {
        return () -> {};
    }

    /**
     * The session that is the arbiter of a key now: the affinity owner.
     *
     * @throws MapUnavailableException when no node has the key's part of the map
     */
    Session owner(String key);

    /**
     * The end of a compare-and-set.
     *
     * @param applied whether it was applied
     * @param current what the entry holds after it; empty when it is absent
     */
    record Cas(boolean applied, Optional<byte[]> current) {}

    /** Receives entries of a watched map. */
    @FunctionalInterface
    interface Listener {
        /**
         * An entry is there, or was changed.
         *
         * @param value empty when the entry was removed
         */
        void changed(String key, Optional<byte[]> value);
    }
}

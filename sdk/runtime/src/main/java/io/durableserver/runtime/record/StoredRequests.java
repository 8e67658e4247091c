package io.durableserver.runtime.record;

import java.util.List;

/**
 * The calls with a request id that a server has applied, as its record keeps them. Equal by content.
 *
 * @param clockMillis how long the server has run in all its lives, as far as its records tell. No clock of a machine decides when an id
 *     is forgotten: while the server does not run, its time stands still
 * @param kept the calls, oldest first
 */
public record StoredRequests(long clockMillis, List<StoredRequest> kept) {
    /** None, as in the record of a server that was never called with a request id. */
    public static final StoredRequests NONE = new StoredRequests(0, List.of());

    public StoredRequests {
        kept = List.copyOf(kept);
    }

    public boolean isNone() {
        return clockMillis == 0 && kept.isEmpty();
    }

    /** How many bytes they take in a record. */
    long size() {
        long size = 0; // each write of a record asks, also of servers that were never called with a request id
        for (StoredRequest request : kept) {
            size += request.size();
        }
        return size;
    }

    /** Without ids and replies, which may be secret (P9). */
    @Override
    public String toString() {
        return kept.size() + " at " + clockMillis;
    }
}

package io.durableserver.benchmarks.faults;

import java.time.Duration;

/**
 * How the nodes of a run are set up.
 *
 * @param store where the lists are
 * @param failureDetection that of the embedded nodes
 * @param callTimeout deadline of a client's request
 * @param keys number of lists; each node has a client for each
 */
record Settings(Store store, Duration failureDetection, Duration callTimeout, int keys) {
    /** Where lists are stored. */
    enum Store {
        /** A persistent Ignite cache with one backup and a quorum of two. */
        KV,
        /** The S3 test server, in the JVM of the driver. */
        S3
    }

    private static final int KEYS = 8;

    /** Failure detection 5 s, requests 2 s, 8 lists. */
    static Settings of(Store store) {
        return new Settings(store, Duration.ofSeconds(5), Duration.ofSeconds(2), KEYS);
    }

    /** Failure detection 1 s, which is less than is right elsewhere, and requests of 1 s. */
    static Settings fast(Store store) {
        return new Settings(store, Duration.ofSeconds(1), Duration.ofSeconds(1), KEYS);
    }
}

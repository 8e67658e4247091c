package io.durableserver.backend.s3;

/** The requests to which the SDK adds a checksum of its own. The record's own checksum is always there. */
public enum RequestChecksums {
    /** Where the protocol requires one; every known store accepts this. */
    WHEN_REQUIRED,
    /** Wherever the protocol has a place for one: the default of the SDK, refused by older stores. */
    WHEN_SUPPORTED
}

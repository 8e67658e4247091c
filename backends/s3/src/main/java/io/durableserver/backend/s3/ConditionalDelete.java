package io.durableserver.backend.s3;

/**
 * Whether the store keeps the condition of a DELETE. A record is deleted by writing a tombstone over it, on condition; where
 * the store keeps conditions of a DELETE, the tombstone is removed then, and elsewhere it stays.
 */
public enum ConditionalDelete {
    /** Found out at the start. */
    PROBE,
    /** It does: tombstones are removed. */
    ON,
    /** It does not, or tombstones shall stay for another reason: they are read as absent records. */
    OFF
}

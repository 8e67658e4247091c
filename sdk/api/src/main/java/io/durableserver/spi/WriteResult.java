package io.durableserver.spi;

/** How a conditional write or delete ended. Ambiguity is a result of its own, never an error that looks definite. */
public sealed interface WriteResult {
    /** Applied; the record now has this version. For a delete, the version deleted. */
    record Stored(Version version) implements WriteResult {}

    /** Not applied: the record was not as the caller expected (other version, already there, or absent). */
    record Conflict() implements WriteResult {}

    /**
     * Certainly not applied, now or later.
     *
     * @param retryable whether the same write may succeed soon
     * @param cause what went wrong
     */
    record NotApplied(boolean retryable, Throwable cause) implements WriteResult {}

    /**
     * Unknown; it may even still be applied later.
     *
     * @param cause what went wrong
     */
    record Unknown(Throwable cause) implements WriteResult {}
}

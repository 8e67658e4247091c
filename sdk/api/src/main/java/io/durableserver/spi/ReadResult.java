package io.durableserver.spi;

/** How a read ended. A failed read is never the same as an absent record. */
public sealed interface ReadResult {
    /**
     * The record. The array belongs to the caller.
     *
     * @param record its bytes
     * @param version its version
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Found(byte[] record, Version version) implements ReadResult {}

    /** There is no record. */
    record Absent() implements ReadResult {}

    /**
     * The store could not answer.
     *
     * @param retryable whether the same read may succeed soon
     * @param cause what went wrong
     */
    record Failed(boolean retryable, Throwable cause) implements ReadResult {}
}

package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.Optional;

/** What the store holds under a key now. */
sealed interface Current {
    /** What a reader of the key gets. */
    default ReadResult result() {
        if (this instanceof Ours ours) {
            return ours.deleted()
                    ? new ReadResult.Absent()
                    : new ReadResult.Found(ours.record().clone(), new Version(ours.eTag()));
        }
        if (this instanceof Foreign foreign) {
            // The reader of the record finds out that it is none; its version guards it like any other.
            return new ReadResult.Found(foreign.bytes().clone(), new Version(foreign.eTag()));
        }
        return this instanceof Unreadable unreadable
                ? new ReadResult.Failed(false, unreadable.cause())
                : new ReadResult.Absent();
    }

    /** There is no object. */
    record Absent() implements Current {}

    /**
     * An object this backend wrote.
     *
     * @param eTag its ETag
     * @param record the record; never changed
     * @param nonce what tells this write from all others
     * @param replaces ETag of the object it was written over
     * @param after nonce of that one, where its writer knew it and ETags do not tell
     * @param deleted whether it is a tombstone
     */
    @SuppressWarnings("ArrayRecordComponent") // shared, never compared
    record Ours(
            String eTag,
            byte[] record,
            String nonce,
            Optional<String> replaces,
            Optional<String> after,
            boolean deleted)
            implements Current {}

    /**
     * An object that another program wrote.
     *
     * @param bytes its body; never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // shared, never compared
    record Foreign(String eTag, byte[] bytes) implements Current {}

    /** An object that cannot be used as a record, and why. */
    record Unreadable(String eTag, NotAppliedException cause) implements Current {}
}

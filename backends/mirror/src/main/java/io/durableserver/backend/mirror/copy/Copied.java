package io.durableserver.backend.mirror.copy;

import io.durableserver.spi.Version;
import java.util.Optional;

/** How the copy of one key ended. */
public sealed interface Copied {
    /** What was done to the mirror. */
    enum Change {
        NONE,
        /** There was no record. */
        CREATED,
        REPLACED,
        /** There is none any more. */
        REMOVED
    }

    /** The versions of one record in the authoritative store and in the mirror. */
    record Versions(Version authority, Version mirror) {}

    /**
     * The mirror has what the authority had.
     *
     * @param versions empty when neither has a record
     * @param change what had to be done for it
     */
    record Same(Optional<Versions> versions, Change change) implements Copied {
        public boolean wrote() {
            return change != Change.NONE;
        }
    }

    /** The mirror's record is newer, which nothing explains; it was left alone. */
    record Ahead() implements Copied {}

    /** Another copy wrote to the mirror each time: the key is being mirrored, but not by this one. */
    record Busy() implements Copied {}

    /** The authority showed one thing and then another: nothing was done on one reading of it. */
    record Unsettled() implements Copied {}

    /** Not done; it may succeed later. */
    record Failed(Throwable cause) implements Copied {}
}

package io.durableserver.backend.mirror;

import io.durableserver.spi.Version;
import java.util.Optional;

/** How the copy of one key ended. */
sealed interface Copied {
    /** The versions of one record in the authoritative store and in the mirror. */
    record Versions(Version authority, Version mirror) {}

    /**
     * The mirror has what the authority had.
     *
     * @param versions empty when neither has a record
     * @param wrote whether it had to be written
     */
    record Same(Optional<Versions> versions, boolean wrote) implements Copied {}

    /** The mirror's record is newer, which nothing explains; it was left alone. */
    record Ahead() implements Copied {}

    /** Somebody else wrote to the mirror each time: the key is being mirrored, but not by this copy. */
    record Busy() implements Copied {}

    /** Not done; it may succeed later. */
    record Failed(Throwable cause) implements Copied {}
}

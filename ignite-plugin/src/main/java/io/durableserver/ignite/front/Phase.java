package io.durableserver.ignite.front;

import io.durableserver.DurableServers;
import java.util.Optional;

/** The runtime of the moment, or why there is none. */
sealed interface Phase {
    /** A runtime, which need not take requests yet. */
    record Running(DurableServers runtime) implements Phase {}

    /**
     * No runtime.
     *
     * @param ended whether none will come any more
     */
    record Absent(String why, boolean ended, Optional<RuntimeException> cause) implements Phase {}
}

package io.durableserver.runtime.sync;

import io.durableserver.DurableServerException;

/** Something that leaves a turn: a reply, a message, a change of the directory. Held back until it is durable (P3). */
public interface Output {
    /** Lets it go. Must not block and must not throw. */
    void emit();

    /** Drops it, and tells the waiting caller why. Must not block and must not throw. */
    void fail(DurableServerException error);
}

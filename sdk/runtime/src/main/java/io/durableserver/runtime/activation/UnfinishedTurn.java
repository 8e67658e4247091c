package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.type.Slot;

/** A turn that stays open, for what has to wait for it, end it, or tell of it. */
interface UnfinishedTurn {
    /** The handler that runs; any thread. */
    Slot slot();

    /** The time at which the turn began; any thread. */
    long sinceNanos();

    /** How often it was told to be slow; for the watch only. */
    int told();

    void toldAgain();

    /** Whether parts wait; any thread. */
    boolean hasParts();

    /** Runs the next part; false when there is none. The server's own thread. */
    boolean runPart();

    /** Nothing of the turn counts; its caller is told so, and the server goes on with the state before it. The server's own thread. */
    void abandon(String why);

    /** The server ends in the middle of the turn. The server's own thread. */
    void cancel(DurableServerException error);
}

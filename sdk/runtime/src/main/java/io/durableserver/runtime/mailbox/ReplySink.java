package io.durableserver.runtime.mailbox;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.turn.Slot;
import org.jspecify.annotations.Nullable;

/** The way back to one caller. The first answer counts. Nothing here blocks or throws. */
public interface ReplySink {
    /**
     * Claims the right to run the call. False when the caller has given up: then it was told "not applied", and the call
     * must not run.
     */
    boolean begin();

    /** The reply, not encoded. */
    void success(@Nullable Object value, Slot slot);

    void failure(DurableServerException error);

    /** This node does not serve the key (any more) and the call did not run: whoever sent it looks elsewhere. */
    void notHere();
}

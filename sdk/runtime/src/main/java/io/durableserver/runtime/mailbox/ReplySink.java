package io.durableserver.runtime.mailbox;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.type.Slot;
import org.jspecify.annotations.Nullable;

/** The way back to one caller. The first answer counts. Nothing here blocks or throws. */
public interface ReplySink {
    /**
     * Claims the right to run the call. False when the caller has given up: then it was told "not applied", and the call
     * must not run.
     */
    boolean begin();

    /**
     * Makes of a reply what can be made of it in its turn, where code of the application may run: it may leave on a thread of
     * the store.
     */
    default @Nullable Object prepared(@Nullable Object value, Slot slot) {
        return value;
    }

    /** The reply, not encoded, or as {@link #prepared} made it. */
    void success(@Nullable Object value, Slot slot);

    void failure(DurableServerException error);

    /** This node does not serve the key (any more) and the call did not run: its sender looks elsewhere. */
    void notHere();
}

package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.EncodedReply;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.type.Slot;
import org.jspecify.annotations.Nullable;

/** The way back to a caller on this node that gets what comes back from the bytes of the reply: for tests. */
record EncodingSink(ReplySink caller, Payloads payloads, String key) implements ReplySink {
    @Override
    public boolean begin() {
        return caller.begin();
    }

    /** One with a request id has its bytes already. */
    @Override
    public @Nullable Object prepared(@Nullable Object value, Slot slot) {
        return caller.prepared(value, slot);
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        if (value instanceof EncodedReply || value instanceof OutcomeUnknownException) {
            caller.success(value, slot);
            return;
        }
        Object copy;
        try {
            copy = payloads.decodeReply(slot, payloads.encodeReply(value, slot, key), key);
        } catch (OutcomeUnknownException unreadable) {
            caller.failure(unreadable);
            return;
        }
        caller.success(copy, slot);
    }

    @Override
    public void failure(DurableServerException error) {
        caller.failure(error);
    }

    @Override
    public void notHere() {
        caller.notHere();
    }
}

package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Thrown;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way back to a caller on this node that gets what comes back from the bytes of the reply: for tests. */
record EncodingSink(ReplySink caller, Codec messages, int maxMessageBytes, String key) implements ReplySink {
    @Override
    public boolean begin() {
        return caller.begin();
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        Object copy;
        try {
            byte[] payload = RemoteSink.encode(messages, value, slot, key, maxMessageBytes);
            copy = messages.decode(payload, slot.replyType());
        } catch (OutcomeUnknownException unreadable) {
            caller.failure(unreadable);
            return;
        } catch (Throwable unreadable) {
            caller.failure(new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The reply cannot be decoded",
                    Map.of("key", key, "message", slot.wireName()),
                    Thrown.of(unreadable)));
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

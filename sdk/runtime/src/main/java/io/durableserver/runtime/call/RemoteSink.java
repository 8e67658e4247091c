package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.EncodedReply;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Session;
import org.jspecify.annotations.Nullable;

/** The way back to a caller on another node. */
record RemoteSink(DataPlane plane, Payloads payloads, Session to, long id, String key) implements ReplySink {
    /** The caller's own deadline is on its node; here the deadline that came with the call is checked. */
    @Override
    public boolean begin() {
        return true;
    }

    @Override
    public Object prepared(@Nullable Object value, Slot slot) {
        return payloads.prepared(value, slot, key);
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        if (value instanceof EncodedReply reply) {
            send(new Message.ReplyMessage(id, reply.payload()));
        } else if (value instanceof OutcomeUnknownException unreadable) {
            failure(unreadable);
        } else {
            success(prepared(value, slot), slot);
        }
    }

    @Override
    public void failure(DurableServerException error) {
        send(new Message.ErrorMessage(id, WireError.of(error)));
    }

    @Override
    public void notHere() {
        send(new Message.NotHereMessage(id));
    }

    private void send(Message message) {
        if (!plane.send(to, message)) {
            plane.facts().tell(new NodeEvent.ReplyDropped(key, to));
        }
    }
}

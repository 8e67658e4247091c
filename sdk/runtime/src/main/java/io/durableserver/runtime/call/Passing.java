package io.durableserver.runtime.call;

import io.durableserver.runtime.mailbox.Encoded;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.type.Slot;

/**
 * How messages and replies pass between callers and servers of one node: as they are, or, for tests, as bytes, so that what
 * shares an object by mistake shows without a second node.
 */
record Passing(boolean encodes, Payloads payloads) {
    /**
     * A call to a server on this node.
     *
     * @throws io.durableserver.DurableServerException when the message cannot be encoded
     */
    Envelope call(Request request, ReplySink sink) {
        ReplySink back = encodes ? new EncodingSink(sink, payloads, request.key()) : sink;
        Object content = encodes ? content(request.slot(), request.encoded(payloads)) : request.message();
        return new Envelope(request.slot(), content, back, request.origin());
    }

    /** A cast to a server on this node; throws as {@link #call}. */
    Envelope cast(OneWay cast) {
        Object content = encodes ? content(cast.slot(), cast.encoded(payloads)) : cast.message();
        return Envelope.oneWay(cast.slot(), content, cast.headers());
    }

    private Encoded content(Slot slot, byte[] payload) {
        return () -> payloads.decode(slot, payload);
    }
}

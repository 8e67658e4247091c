package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.record.StoredRequest;
import io.durableserver.runtime.sync.Output;

/** A reply that was open and is kept with its request id, by the write that stores the turn it was given in. */
record KeptReply(ReplyOutput reply, StoredRequest kept) implements Output {
    @Override
    public void emit() {
        reply.emit();
    }

    @Override
    public void fail(DurableServerException error) {
        reply.fail(error);
    }
}

package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.sync.Output;

/** An error as the answer of a turn. */
record FailureOutput(ReplySink sink, DurableServerException answer) implements Output {
    @Override
    public void emit() {
        sink.failure(answer);
    }

    @Override
    public void fail(DurableServerException error) {
        sink.failure(answer);
    }
}

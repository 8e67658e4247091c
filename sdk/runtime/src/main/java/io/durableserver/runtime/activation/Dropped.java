package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.sync.Output;

/** What a failed turn wanted to send: never leaves, and whoever waits for it is told when its turn to leave comes. */
record Dropped(Output output, DurableServerException error) implements Output {
    @Override
    public void emit() {
        output.fail(error);
    }

    @Override
    public void fail(DurableServerException stronger) {
        output.fail(error);
    }
}

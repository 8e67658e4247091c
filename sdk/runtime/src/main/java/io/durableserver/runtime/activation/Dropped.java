package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.sync.Output;

/** An output of a failed turn: never leaves, and its waiting caller gets the error when its turn to leave comes. */
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

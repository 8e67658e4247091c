package io.durableserver.runtime.turn;

import io.durableserver.RejectedException;
import io.durableserver.runtime.jdk.Thrown;
import org.jspecify.annotations.Nullable;

/** Tells what user code throws to refuse a message from what it throws because it failed. */
public final class Rejections {
    private Rejections() {}

    /**
     * The rejection, without what stages wrap around one of another server that a handler waited for; null when it is none. A
     * copy: what the application threw may hold anything, as its cause or in its stack.
     */
    public static @Nullable RejectedException of(@Nullable Throwable thrown) {
        return thrown != null && Thrown.unwrapped(thrown) instanceof RejectedException rejected
                ? new RejectedException(rejected.code(), rejected.text(), rejected.details())
                : null;
    }
}

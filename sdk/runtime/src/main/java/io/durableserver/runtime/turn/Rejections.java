package io.durableserver.runtime.turn;

import io.durableserver.RejectedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Tells what user code throws to refuse a message from what it throws because it failed. */
public final class Rejections {
    private Rejections() {}

    /**
     * The rejection, without what stages wrap around one of another server that a handler waited for; null when it is none. A
     * copy: what the application threw may hold anything, as its cause or in its stack.
     */
    public static @Nullable RejectedException of(@Nullable Throwable thrown) {
        Throwable inner = thrown;
        // By class: getCause of a subclass is code of the application.
        while (inner != null
                && (inner.getClass() == CompletionException.class || inner.getClass() == ExecutionException.class)
                && inner.getCause() != inner) {
            inner = inner.getCause();
        }
        return inner instanceof RejectedException rejected
                ? new RejectedException(rejected.code(), rejected.text(), rejected.details())
                : null;
    }
}

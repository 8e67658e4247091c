package io.durableserver.runtime.wire;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What a stage failed with, without what stages and futures wrap around it on the way. */
public final class Causes {
    private Causes() {}

    public static Throwable of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}

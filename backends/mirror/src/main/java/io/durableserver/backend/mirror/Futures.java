package io.durableserver.backend.mirror;

import java.util.concurrent.CompletionException;

/** What completions report about failures. */
final class Futures {
    private Futures() {}

    /** The failure itself, without the wrappers that chained stages put around it. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}

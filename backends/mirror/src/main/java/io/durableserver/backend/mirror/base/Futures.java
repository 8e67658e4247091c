package io.durableserver.backend.mirror.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What completions report about failures, and where their ends go. */
public final class Futures {
    private Futures() {}

    /** The failure itself, without the wrappers that chained stages put around it. */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Ends a future as a stage ends. */
    public static <T> void forward(CompletionStage<T> stage, CompletableFuture<T> end) {
        var unused = stage.whenComplete((result, failure) -> {
            if (failure == null) {
                end.complete(result);
            } else {
                end.completeExceptionally(unwrap(failure));
            }
        });
    }

    /** The stage, or when it fails what comes instead. */
    public static <T> CompletableFuture<T> recover(
            CompletableFuture<T> stage, Function<Throwable, CompletableFuture<T>> instead) {
        CompletableFuture<T> end = new CompletableFuture<>();
        var unused = stage.whenComplete((result, failure) -> {
            if (failure == null) {
                end.complete(result);
            } else {
                forward(instead.apply(unwrap(failure)), end);
            }
        });
        return end;
    }
}

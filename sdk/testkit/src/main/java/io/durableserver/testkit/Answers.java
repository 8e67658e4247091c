package io.durableserver.testkit;

import io.durableserver.DurableServerException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a completed answer holds, thrown as a caller would see it. */
final class Answers {
    private Answers() {}

    static <R extends @Nullable Object> R of(CompletableFuture<R> answer) {
        try {
            return answer.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof DurableServerException typed) {
                throw typed;
            }
            throw failure;
        }
    }
}

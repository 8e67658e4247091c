package io.durableserver.ignite.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.ignite.IgniteException;
import org.apache.ignite.lang.IgniteFuture;

/** Turns Ignite's futures into stages that complete on an executor of ours, never on a thread of Ignite. */
public final class IgniteStages {
    private IgniteStages() {}

    /**
     * A stage for a future.
     *
     * @param failed what a failure of the future is to its reader
     */
    public static <T, R> CompletableFuture<R> stage(
            IgniteFuture<T> future, Executor executor, Function<T, R> result, UnaryOperator<RuntimeException> failed) {
        CompletableFuture<R> stage = new CompletableFuture<>();
        future.listen(done -> hop(executor, () -> complete(stage, done, result, failed)));
        return stage;
    }

    private static <T, R> void complete(
            CompletableFuture<R> stage,
            IgniteFuture<T> done,
            Function<T, R> result,
            UnaryOperator<RuntimeException> failed) {
        try {
            stage.complete(result.apply(done.get()));
        } catch (RuntimeException e) {
            stage.completeExceptionally(failed.apply(e));
        } catch (Error e) {
            stage.completeExceptionally(e);
        }
    }

    /** Runs a task on an executor, or here when that is closed. */
    public static void hop(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // The scheduler is closed: nothing is left that could be disturbed, and no stage may stay open for ever.
            task.run();
        }
    }

    /** An operation whose start may throw, before anything was sent, as a stage that fails. */
    public static <T> CompletableFuture<T> attempt(java.util.function.Supplier<CompletableFuture<T>> operation) {
        try {
            return operation.get();
        } catch (IgniteException | IllegalStateException | javax.cache.CacheException e) {
            return CompletableFuture.failedFuture(Unsent.unavailable(e));
        }
    }
}

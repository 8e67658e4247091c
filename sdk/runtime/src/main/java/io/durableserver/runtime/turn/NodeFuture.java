package io.durableserver.runtime.turn;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A future handed to applications. Stages chained on it without an executor of their own use the node's, never the JVM's
 * common pool, which on small machines starts a thread per stage.
 */
public class NodeFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final Executor executor;

    public NodeFuture(Executor executor) {
        this.executor = executor;
    }

    /** A stage that ends as this one does. */
    public static <T extends @Nullable Object> CompletionStage<T> of(Executor executor, CompletionStage<T> stage) {
        if (stage instanceof NodeFuture) {
            return stage;
        }
        NodeFuture<T> future = new NodeFuture<>(executor);
        relay(stage, future);
        return future;
    }

    /** Ends a future as a stage ends. */
    public static <T extends @Nullable Object> void relay(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }

    @Override
    public Executor defaultExecutor() {
        return executor;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new NodeFuture<>(executor);
    }
}

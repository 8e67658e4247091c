package io.durableserver.ignite.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A stage that no runtime made. What is chained on it uses threads of this module, never the common pool. */
public final class OwnStage<T extends @Nullable Object> extends CompletableFuture<T> {
    private static final ExecutorService THREADS = Daemons.pool("durable-stage", 4);

    public OwnStage() {}

    /** One that has failed. */
    public OwnStage(Throwable failure) {
        completeExceptionally(failure);
    }

    @Override
    public Executor defaultExecutor() {
        return THREADS;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new OwnStage<>();
    }
}

package io.durableserver.ignite;

import io.durableserver.ignite.base.Daemons;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A stage that no runtime made. What is chained on it uses threads of this module, never the common pool. */
final class OwnStage<T extends @Nullable Object> extends CompletableFuture<T> {
    private static final ExecutorService THREADS = Daemons.pool("durable-stage", 4);

    OwnStage() {}

    /** One that has failed. */
    OwnStage(Throwable failure) {
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

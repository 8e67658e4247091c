package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous call, and its place in the list of {@link Deadlines}. Stages chained on it without an
 * executor of their own use the node's, never the JVM's common pool, which on small machines starts a thread per stage.
 */
abstract class PendingCall extends CompletableFuture<@Nullable Object> {
    final long deadlineNanos;
    private final Executor executor;

    @Nullable
    PendingCall previous;

    @Nullable
    PendingCall next;

    int stripe = -1;

    PendingCall(long deadlineNanos, Executor executor) {
        this.deadlineNanos = deadlineNanos;
        this.executor = executor;
    }

    /** The deadline passed. */
    abstract void expire();

    /** The node is closed. */
    abstract void abandon();

    final void end(@Nullable Object value) {
        complete(value);
    }

    final void endExceptionally(DurableServerException error) {
        completeExceptionally(error);
    }

    @Override
    public Executor defaultExecutor() {
        return executor;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Derived<>(executor);
    }

    private static final class Derived<U> extends CompletableFuture<U> {
        private final Executor executor;

        Derived(Executor executor) {
            this.executor = executor;
        }

        @Override
        public Executor defaultExecutor() {
            return executor;
        }

        @Override
        public <V> CompletableFuture<V> newIncompleteFuture() {
            return new Derived<>(executor);
        }
    }
}

package io.durableserver.runtime.turn;

import io.durableserver.NotAppliedException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A future handed to applications. It ends on an executor that is theirs, so that what they chained on it never runs on a
 * thread of the runtime; and stages chained on it without an executor of their own use the same one, never the JVM's common
 * pool, which on small machines starts a thread per stage.
 */
public class NodeFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    /** A hundred years. */
    private static final long UNBOUNDED_NANOS = TimeUnit.DAYS.toNanos(36_500);

    private final Executor executor;

    public NodeFuture(Executor executor) {
        this.executor = executor;
    }

    /** A stage that ends as this one does, on the executor unless it has ended already. */
    public static <T extends @Nullable Object> CompletionStage<T> of(Executor executor, CompletionStage<T> stage) {
        if (stage instanceof NodeFuture) {
            return stage;
        }
        NodeFuture<T> future = new NodeFuture<>(executor) {
            @Override
            protected void withdrawn() {
                stage.toCompletableFuture().cancel(false);
            }
        };
        if (stage.toCompletableFuture().isDone()) {
            relay(stage, future);
        } else {
            stage.whenComplete((value, failure) -> future.handOver(() -> end(future, value, failure)));
        }
        return future;
    }

    /** Ends a future as a stage ends, on the same thread. */
    public static <T extends @Nullable Object> void relay(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> end(to, value, failure));
    }

    private static <T extends @Nullable Object> void end(
            CompletableFuture<T> future, T value, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }

    /** Runs what ends this future where its stages may run; here when there is no such place any more. */
    protected final void handOver(Runnable ending) {
        try {
            executor.execute(ending);
        } catch (RejectedExecutionException closed) {
            ending.run();
        }
    }

    /**
     * Ended by a completion of its own, and so perhaps by the application: cancelled, timed out, completed, or replaced after
     * it had ended. Whatever it stands for need not go on. May come more than once, and after the ordinary end.
     */
    protected void withdrawn() {}

    /** Ends it in the ordinary way: nothing is withdrawn. */
    protected final void settle(@Nullable T value) {
        super.complete(value);
    }

    /** As {@link #settle}, with an error. */
    protected final void settleExceptionally(Throwable failure) {
        super.completeExceptionally(failure);
    }

    private boolean ended(boolean now) {
        if (now) {
            withdrawn();
        }
        return now;
    }

    @Override
    public boolean complete(@Nullable T value) {
        return ended(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return ended(super.completeExceptionally(failure));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return ended(super.cancel(mayInterruptIfRunning)) || isCancelled();
    }

    @Override
    public void obtrudeValue(@Nullable T value) {
        super.obtrudeValue(value);
        withdrawn();
    }

    @Override
    public void obtrudeException(Throwable failure) {
        super.obtrudeException(failure);
        withdrawn();
    }

    /** Completes as inherited, but by way of {@link #complete}. */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor on) {
        Objects.requireNonNull(supplier);
        on.execute(() -> {
            if (!isDone()) {
                try {
                    complete(supplier.get());
                } catch (Throwable failure) {
                    completeExceptionally(failure);
                }
            }
        });
        return this;
    }

    /**
     * A turn that waits for this: what it waits for may be held at the turn's own gate, and only the server's thread, which is
     * this one, can store what opens that.
     */
    private long openGate(long nanos) {
        Turn turn = isDone() ? null : Turn.running();
        return turn == null ? nanos : turn.owner().awaitGate(nanos);
    }

    /** Runs parts of an open turn while it waits: this may end in one of them, and only this thread can run it. */
    private long runParts(long nanos) throws InterruptedException {
        Turn turn = isDone() ? null : Turn.running();
        Turn.Parts parts = turn == null ? null : turn.parts();
        return parts == null ? nanos : parts.runUntil(this, nanos);
    }

    @Override
    public T join() {
        openGate(UNBOUNDED_NANOS);
        boolean interrupted = false;
        while (true) {
            try {
                runParts(UNBOUNDED_NANOS);
                return super.join();
            } catch (InterruptedException e) {
                interrupted = true;
            } finally {
                if (interrupted && isDone()) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        openGate(UNBOUNDED_NANOS);
        runParts(UNBOUNDED_NANOS);
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long left;
        try {
            left = openGate(Math.min(unit.toNanos(timeout), UNBOUNDED_NANOS));
        } catch (NotAppliedException refused) {
            if (refused.reason() != NotAppliedException.Reason.DEADLINE_BEFORE_START) {
                throw refused;
            }
            TimeoutException late = new TimeoutException("The server's own writes were not stored in time");
            late.initCause(refused);
            throw late;
        }
        return super.get(runParts(left), TimeUnit.NANOSECONDS);
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

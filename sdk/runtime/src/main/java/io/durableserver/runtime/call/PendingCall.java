package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.turn.NodeFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The future of an asynchronous call, while it waits in the {@link CallTable}. */
abstract class PendingCall extends NodeFuture<@Nullable Object> {
    final long deadlineNanos;

    /** Given by the {@link CallTable}; 0 before. */
    long id;

    PendingCall(long deadlineNanos, Executor executor) {
        super(executor);
        this.deadlineNanos = deadlineNanos;
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
}

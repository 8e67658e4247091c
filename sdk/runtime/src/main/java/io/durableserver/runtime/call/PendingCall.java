package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.wire.Message;
import io.durableserver.spi.Session;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous call, while it waits in the {@link CallTable}. Its end is decided once, on any thread of the
 * runtime, and told on the executor of the caller; until it is told the call counts as waiting (P7).
 */
abstract class PendingCall extends NodeFuture<@Nullable Object> implements Runnable {
    private static final AtomicReferenceFieldUpdater<PendingCall, Object> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(PendingCall.class, Object.class, "outcome");
    private static final Object NULL = new Object();

    private record Failure(Throwable error) {}

    final long deadlineNanos;
    private final PendingCalls pending;
    private final boolean handsOver;

    @SuppressWarnings("UnusedVariable") // through OUTCOME
    private volatile @Nullable Object outcome;

    /** Given by the {@link CallTable}; 0 before. */
    long id;

    /** A call; {@code handsOver} is false when only a blocked thread of ours waits for it. */
    PendingCall(PendingCalls pending, long deadlineNanos, Executor executor, boolean handsOver) {
        super(executor);
        this.pending = pending;
        this.deadlineNanos = deadlineNanos;
        this.handsOver = handsOver;
    }

    /** The deadline passed. */
    abstract void expire();

    /** The node is closed. */
    abstract void abandon();

    /** An answer of another node came for it. One that is not with another node expects none. */
    void answered(Message answer) {}

    /** A session is gone that it may be with. */
    void lost(Session session) {}

    /** The caller waits no more: the call gives up its place, and does not begin when it has not. */
    @Override
    protected abstract void withdrawn();

    /** What the caller gets for what the call ended with; where user code may run. */
    @Nullable
    Object result(@Nullable Object value) {
        return value;
    }

    final boolean isOver() {
        return outcome != null || isDone();
    }

    final void end(@Nullable Object value) {
        decide(value == null ? NULL : value);
    }

    final void endExceptionally(Throwable error) {
        decide(new Failure(error));
    }

    private void decide(Object how) {
        if (!OUTCOME.compareAndSet(this, null, how)) {
            return;
        }
        if (handsOver) {
            handOver(this);
        } else {
            pending.ended(this);
            tell(how);
        }
    }

    /** Tells the caller. */
    @Override
    public final void run() {
        pending.ended(this);
        Object how = outcome;
        if (how != null) {
            tell(how);
        }
    }

    private void tell(Object how) {
        if (how instanceof Failure failure) {
            settleExceptionally(failure.error());
            return;
        }
        Object value = how == NULL ? null : how;
        try {
            settle(handsOver ? result(value) : value);
        } catch (DurableServerException unreadable) {
            settleExceptionally(unreadable);
        } catch (RuntimeException | Error failure) {
            // The call left the table before: nothing else would end it.
            settleExceptionally(new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The reply cannot be decoded",
                    Map.of(),
                    Thrown.of(failure)));
        }
    }
}

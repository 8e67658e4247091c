package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Slot;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** An asynchronous call to a server on the same node. */
final class LocalCall extends PendingCall implements ReplySink {
    private static final AtomicIntegerFieldUpdater<LocalCall> PROGRESS =
            AtomicIntegerFieldUpdater.newUpdater(LocalCall.class, "progress");
    private static final int WAITING = 0;
    private static final int BEGUN = 1;
    private static final int OVER = 2;

    private final Calls calls;
    private final Request request;

    @SuppressWarnings("UnusedVariable") // through PROGRESS
    private volatile int progress;

    LocalCall(Calls calls, Request request) {
        super(request.deadlineNanos(), calls.executor());
        this.calls = calls;
        this.request = request;
    }

    @Override
    public boolean begin() {
        return PROGRESS.compareAndSet(this, WAITING, BEGUN);
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        calls.pending().ended(this);
        end(value);
    }

    @Override
    public void failure(DurableServerException error) {
        calls.pending().ended(this);
        endExceptionally(error);
    }

    @Override
    public void notHere() {
        if (PROGRESS.compareAndSet(this, WAITING, OVER)) {
            calls.pending().ended(this);
            try {
                calls.route(request).whenComplete((value, failure) -> {
                    if (failure == null) {
                        end(value);
                    } else {
                        completeExceptionally(failure);
                    }
                });
            } catch (DurableServerException refused) {
                endExceptionally(refused);
            }
        }
    }

    @Override
    void expire() {
        calls.pending().ended(this);
        endExceptionally(PROGRESS.compareAndSet(this, WAITING, OVER) ? request.notBegun() : request.noReply());
    }

    @Override
    void abandon() {
        calls.pending().ended(this);
        endExceptionally(
                PROGRESS.compareAndSet(this, WAITING, OVER) ? request.closedBefore() : request.closedMeanwhile());
    }
}

package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.type.Slot;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** An asynchronous call to a server on the same node. */
final class LocalCall extends PendingCall implements ReplySink {
    private static final AtomicIntegerFieldUpdater<LocalCall> PROGRESS =
            AtomicIntegerFieldUpdater.newUpdater(LocalCall.class, "progress");
    private static final int WAITING = 0;
    private static final int BEGUN = 1;
    private static final int OVER = 2;

    private final Way way;
    private final Request request;

    @SuppressWarnings("UnusedVariable") // through PROGRESS
    private volatile int progress;

    /** Goes on with the call when the server is not here any more. */
    private volatile @Nullable CompletionStage<?> elsewhere;

    LocalCall(Way way, Request request, Executor executor) {
        super(way.pending(), request.deadlineNanos(), executor, true);
        this.way = way;
        this.request = request;
    }

    @Override
    public boolean begin() {
        return PROGRESS.compareAndSet(this, WAITING, BEGUN);
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        end(value);
    }

    @Override
    public void failure(DurableServerException error) {
        endExceptionally(error);
    }

    @Override
    public void notHere() {
        if (PROGRESS.compareAndSet(this, WAITING, OVER)) {
            way.pending().ended(this);
            way.rerouted(request, false);
            try {
                CompletionStage<@Nullable Object> further = RemoteCall.route(way, request, defaultExecutor());
                elsewhere = further;
                if (isDone()) {
                    withdrawn(); // it came while the call left
                }
                further.whenComplete((value, failure) -> {
                    if (failure == null) {
                        end(value);
                    } else {
                        endExceptionally(failure);
                    }
                });
            } catch (DurableServerException refused) {
                endExceptionally(refused);
            }
        }
    }

    @Override
    void expire() {
        endExceptionally(PROGRESS.compareAndSet(this, WAITING, OVER) ? request.notBegun() : request.noReply());
    }

    @Override
    void abandon() {
        endExceptionally(
                PROGRESS.compareAndSet(this, WAITING, OVER) ? request.closedBefore() : request.closedMeanwhile());
    }

    @Override
    protected void withdrawn() {
        way.pending().ended(this);
        PROGRESS.compareAndSet(this, WAITING, OVER);
        CompletionStage<?> further = elsewhere;
        if (further != null) {
            further.toCompletableFuture().cancel(false);
        }
    }
}

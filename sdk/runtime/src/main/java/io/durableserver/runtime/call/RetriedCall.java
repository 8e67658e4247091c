package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.routing.Failures;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A call that is sent again within its deadline. Each try is a call of its own, with the same bytes, request id and deadline; this one
 * waits in the table as well, so that it ends with the node also in a pause.
 */
final class RetriedCall extends PendingCall {
    private final Way way;
    private final Request request;
    private final RetrySteps steps;

    /** The try that is under way. Guarded by this, as all that follows. */
    private @Nullable CompletionStage<@Nullable Object> current;

    /** Why the last try failed; null before. */
    private @Nullable DurableServerException last;

    /** Nobody waits any more, or the node is closed. */
    private boolean over;

    private RetriedCall(Way way, Request request, Executor executor) {
        super(way.pending(), request.deadlineNanos(), executor, true);
        this.way = way;
        this.request = request;
        this.steps = new RetrySteps(
                !request.origin().request().isNone(), request.key().hashCode() ^ Long.hashCode(deadlineNanos));
    }

    /** Sends a call whose bytes were made; throws {@code OVERLOADED} when too many wait. */
    static RetriedCall send(Way way, Request request, Executor executor) {
        RetriedCall call = new RetriedCall(way, request, executor);
        way.pending().add(call);
        call.attempt();
        return call;
    }

    private void attempt() {
        RemoteCall attempt;
        try {
            attempt = RemoteCall.waiting(way, request, defaultExecutor(), true);
        } catch (DurableServerException refused) {
            failed(refused);
            return;
        }
        boolean goesOn;
        synchronized (this) {
            goesOn = !over;
            current = goesOn ? attempt : null;
        }
        if (!goesOn) {
            attempt.cancel(false);
            return;
        }
        CompletionStage<@Nullable Object> stage = attempt;
        stage.whenComplete((reply, failure) -> {
            if (failure == null) {
                end(reply);
            } else {
                failed(Failures.typed(failure));
            }
        });
        attempt.setOff();
    }

    private void failed(DurableServerException error) {
        Duration pause;
        synchronized (this) {
            current = null;
            last = error;
            pause = over ? null : steps.after(error, deadlineNanos - way.time().nanoTime());
        }
        if (pause == null) {
            giveUp(error); // or nobody listens
            return;
        }
        try {
            way.scheduler().schedule(pause, this::attempt);
        } catch (RejectedExecutionException closed) {
            giveUp(error);
        }
    }

    private void giveUp(DurableServerException error) {
        DurableServerException outcome;
        synchronized (this) {
            outcome = steps.outcome(error);
        }
        endExceptionally(outcome);
    }

    /** The try under way has the same deadline, and knows whether it may have been applied. */
    @Override
    void expire() {
        DurableServerException error;
        synchronized (this) {
            if (current != null) {
                return;
            }
            over = true;
            error = last == null ? request.notBegun() : last;
        }
        giveUp(error);
    }

    @Override
    void abandon() {
        synchronized (this) {
            over = true;
            if (current != null) {
                return; // it is in the table as well, and knows whether it may have been applied
            }
        }
        giveUp(request.closedBefore());
    }

    @Override
    protected void withdrawn() {
        CompletionStage<?> attempt;
        synchronized (this) {
            over = true;
            attempt = current;
        }
        way.pending().ended(this);
        if (attempt != null) {
            attempt.toCompletableFuture().cancel(false);
        }
    }
}

package io.durableserver.backend.ignite;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The door of requests: closed before the start and after the end, and never more inside than the bound (P7). */
final class Admission {
    private enum State {
        STARTING,
        OPEN,
        CLOSED
    }

    private final int bound;
    private final Outcomes outcomes;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile CompletableFuture<Void> opened = new CompletableFuture<>();
    private volatile State state = State.STARTING;
    /** Why it has not opened yet; null where there is nothing to tell. */
    private volatile @Nullable NotAppliedException waits;

    Admission(int bound, Outcomes outcomes) {
        this.bound = bound;
        this.outcomes = outcomes;
    }

    /** Completes when requests may enter, or fails when they never will, or not as things are: then it is to be asked again. */
    CompletionStage<Void> opened() {
        return opened.minimalCompletionStage();
    }

    /** It does not open before something changes that only people can change. */
    void waits(@Nullable NotAppliedException reason) {
        waits = reason;
    }

    void open() {
        CompletableFuture<Void> now;
        synchronized (this) {
            if (state == State.STARTING) {
                state = State.OPEN;
            }
            now = opened;
        }
        now.complete(null);
    }

    /** No request enters until it opens again. */
    synchronized void shut() {
        if (state == State.OPEN) {
            state = State.STARTING;
            opened = new CompletableFuture<>();
        }
    }

    /** Tells the waiting callers; it may open all the same when something changes. */
    void refuse(DurableServerException reason) {
        CompletableFuture<Void> now;
        synchronized (this) {
            if (state != State.STARTING) {
                return;
            }
            now = opened;
            opened = new CompletableFuture<>();
        }
        now.completeExceptionally(reason);
    }

    void fail(DurableServerException reason) {
        opened.completeExceptionally(reason);
    }

    /** Answers whether it was open or starting until now. */
    boolean close() {
        boolean first;
        synchronized (this) {
            first = state != State.CLOSED;
            state = State.CLOSED;
        }
        opened.completeExceptionally(outcomes.notSent(Reason.NOT_READY, "The backend is closed"));
        return first;
    }

    boolean closed() {
        return state == State.CLOSED;
    }

    /** Null: the request is in, and {@link #leave} must follow. */
    @Nullable
    NotAppliedException enter() {
        if (state == State.OPEN) {
            if (inFlight.incrementAndGet() <= bound) {
                return null;
            }
            leave();
            return outcomes.notSent(Reason.OVERLOADED, "As many requests as allowed wait for an answer");
        }
        NotAppliedException reason = waits;
        if (!closed() && reason != null) {
            return reason;
        }
        String message = closed() ? "The backend is closed" : "The backend is not ready";
        return outcomes.notSent(Reason.NOT_READY, message);
    }

    void leave() {
        inFlight.decrementAndGet();
    }
}

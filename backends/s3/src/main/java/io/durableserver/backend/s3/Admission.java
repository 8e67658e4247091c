package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The door of requests: shut before the start and after the end, and open to no more than the bound at once (P7). */
final class Admission {
    private enum State {
        STARTING,
        OPEN,
        CLOSED
    }

    private final int bound;
    private final Outcomes outcomes;
    private final Runnable whenEmpty;
    private State state = State.STARTING;
    private int inFlight;
    private @Nullable Throwable obstacle;

    /** After {@link #close}, {@code whenEmpty} runs once, when the last request has left. */
    Admission(int bound, Outcomes outcomes, Runnable whenEmpty) {
        this.bound = bound;
        this.outcomes = outcomes;
        this.whenEmpty = whenEmpty;
    }

    synchronized void open() {
        if (state == State.STARTING) {
            state = State.OPEN;
        }
    }

    /** Why the door is still shut. */
    synchronized void delayedBy(Throwable reason) {
        obstacle = reason;
    }

    void close() {
        boolean empty;
        synchronized (this) {
            empty = state != State.CLOSED && inFlight == 0;
            state = State.CLOSED;
        }
        if (empty) {
            whenEmpty.run();
        }
    }

    synchronized boolean closed() {
        return state == State.CLOSED;
    }

    /** Null: the request is in, and {@link #leave} must follow. */
    @Nullable
    synchronized NotAppliedException enter() {
        if (state == State.OPEN && inFlight < bound) {
            inFlight++;
            return null;
        }
        return switch (state) {
            case OPEN -> outcomes.notSent(Reason.OVERLOADED, "As many requests as allowed wait for an answer");
            case CLOSED -> outcomes.notSent(Reason.NOT_READY, "The backend is closed");
            case STARTING -> starting();
        };
    }

    /** The opening itself enters before the door is open. False: the backend is closed. */
    synchronized boolean enterToOpen() {
        if (state == State.CLOSED) {
            return false;
        }
        inFlight++;
        return true;
    }

    void leave() {
        boolean last;
        synchronized (this) {
            inFlight--;
            last = state == State.CLOSED && inFlight == 0;
        }
        if (last) {
            whenEmpty.run();
        }
    }

    private NotAppliedException starting() {
        NotAppliedException refusal = outcomes.notSent(Reason.NOT_READY, "The backend is not ready");
        if (obstacle != null) {
            refusal.addSuppressed(Objects.requireNonNull(obstacle));
        }
        return refusal;
    }
}

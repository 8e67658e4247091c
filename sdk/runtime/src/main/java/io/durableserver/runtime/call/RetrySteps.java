package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When a call is tried again, and what became of all its tries. Pure; not thread-safe. */
final class RetrySteps {
    private static final long FIRST_MILLIS = 10;
    private static final int DOUBLINGS = 7;
    private static final long MAX_MILLIS = 1_000;

    private final boolean known;
    private final int seed;
    private int tries;
    private @Nullable OutcomeUnknownException unknown;

    /**
     * Before the first try.
     *
     * @param known whether the server knows the call again, so that it may be sent again whatever became of it
     * @param seed spreads the tries of calls that failed at the same time
     */
    RetrySteps(boolean known, int seed) {
        this.known = known;
        this.seed = seed;
    }

    /** How long to wait before the next try; null when there is none. */
    @Nullable
    Duration after(DurableServerException error, long leftNanos) {
        if (error instanceof OutcomeUnknownException one) {
            unknown = unknown == null ? one : unknown;
        }
        if (!mayHelp(error)) {
            return null;
        }
        long pause = pauseMillis(tries++) * 1_000_000;
        // The last one is made with what is left, as long as that is worth a try.
        pause = Math.min(pause, leftNanos / 2);
        return pause < FIRST_MILLIS * 1_000_000 / 2 ? null : Duration.ofNanos(pause);
    }

    /** Half of it is the same for all, half is spread. */
    private long pauseMillis(int number) {
        long most = Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(number, DOUBLINGS));
        int spread = (seed + number * 31) * 0x9E3779B9;
        return Math.max(FIRST_MILLIS / 2 + 1, most / 2 + Math.floorMod(spread, most / 2 + 1));
    }

    private boolean mayHelp(DurableServerException error) {
        if (error instanceof NotAppliedException refused) {
            return refused.reason().retryable();
        }
        if (!known || !(error instanceof OutcomeUnknownException one)) {
            return false;
        }
        return switch (one.reason()) {
            case DEADLINE, OWNER_LOST, AMBIGUOUS_WRITE -> true;
            case INTERRUPTED, REPLY_UNREADABLE, REPLY_LOST -> false;
        };
    }

    /**
     * What the caller is told after the last try. A refusal says nothing of the tries before it, so what was unknown stays unknown; what a
     * handler said of a message that its server would have known again is certain.
     */
    DurableServerException outcome(DurableServerException last) {
        return unknown != null && last instanceof NotAppliedException ? unknown : last;
    }
}

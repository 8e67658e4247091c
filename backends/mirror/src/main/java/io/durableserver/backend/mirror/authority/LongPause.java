package io.durableserver.backend.mirror.authority;

import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Spaced;
import io.durableserver.backend.mirror.base.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a pause that lasts too long, since the operator that began it may be dead: gives the authority back to the store that
 * had it. That is safe for any number of nodes at a time. Thread-safe.
 */
public final class LongPause {
    private static final Logger LOG = LoggerFactory.getLogger(LongPause.class);

    private final PhaseState state;
    private final Timers timers;
    private final long limitNanos;
    private final Supplier<CompletableFuture<?>> undo;
    private final Spaced attempts;
    private final Spaced refused = Spaced.lines();
    private boolean undoing;

    /**
     * A new one.
     *
     * @param limit how long a pause may last
     * @param every how far the first two attempts are apart
     * @param undo gives the authority back
     */
    public LongPause(
            PhaseState state, Timers timers, Duration limit, Duration every, Supplier<CompletableFuture<?>> undo) {
        this.state = state;
        this.timers = timers;
        this.limitNanos = limit.toNanos();
        this.undo = undo;
        this.attempts = new Spaced(every, every.multipliedBy(16));
    }

    /** A pause has been seen: undoes it when it is over its limit, and no attempt runs or was made just now. */
    void seen() {
        synchronized (this) {
            if (undoing || state.pausedNanos(timers.nanoTime()) < limitNanos) {
                return;
            }
            if (!attempts.going()) {
                LOG.error("The rollout has been paused for too long; this node gives the authority back");
            }
            if (!attempts.due(timers.nanoTime())) {
                return;
            }
            undoing = true;
        }
        var unused = undo.get().whenComplete((done, failure) -> {
            synchronized (this) {
                undoing = false;
            }
            if (failure != null && !AuthorityTransfer.isNoPause(failure) && refused.due(timers.nanoTime())) {
                LOG.warn(
                        "The pause could not be undone and is tried again, after {} more attempts: {}",
                        refused.passed(),
                        String.valueOf(Futures.unwrap(failure)));
            }
        });
    }

    /** There is no pause. */
    void over() {
        attempts.over();
        if (refused.over()) {
            LOG.info("The pause of the rollout is over");
        }
    }
}

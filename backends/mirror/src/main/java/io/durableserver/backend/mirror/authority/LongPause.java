package io.durableserver.backend.mirror.authority;

import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Spaced;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Ends a pause that lasts too long, since the operator that began it may be dead: gives the authority back to the store that
 * had it. That is safe for any number of nodes at a time. Thread-safe.
 */
public final class LongPause {
    private final PhaseState state;
    private final Timers timers;
    private final long limitNanos;
    private final Supplier<CompletableFuture<?>> undo;
    private final StoreFacts facts;
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
            PhaseState state,
            Timers timers,
            Duration limit,
            Duration every,
            Supplier<CompletableFuture<?>> undo,
            StoreFacts facts) {
        this.state = state;
        this.timers = timers;
        this.limitNanos = limit.toNanos();
        this.undo = undo;
        this.facts = facts;
        this.attempts = new Spaced(every, every.multipliedBy(16));
    }

    /** A pause has been seen: undoes it when it is over its limit, and no attempt runs or was made just now. */
    void seen() {
        synchronized (this) {
            if (undoing || state.pausedNanos(timers.nanoTime()) < limitNanos) {
                return;
            }
            if (!attempts.going()) {
                facts.tell(StoreEvent.PauseTooLong::new);
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
                Throwable cause = Futures.unwrap(failure);
                facts.tell((store, rollout) -> new StoreEvent.PauseNotUndone(
                        store, rollout, refused.passed(), ErrorCode.of(cause), String.valueOf(cause)));
            }
        });
    }

    /** There is no pause. */
    void over() {
        refused.over();
        if (attempts.over()) {
            facts.tell(StoreEvent.PauseOver::new);
        }
    }
}

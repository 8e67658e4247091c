package io.durableserver.backend.mirror.authority;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Spaced;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@link PhaseState} up to date: looks at the phase regularly and on demand, one look at a time, and wakes the writes
 * that wait for the end of a pause. Thread-safe.
 */
public final class PhaseWatch {
    private final PhaseState state;
    private final PhaseReader reader;
    private final PausedRequests paused;
    private final Timers timers;
    private final Duration pollEvery;
    private final StoreFacts facts;
    private final Spaced unconfirmed = Spaced.lines();

    private @Nullable CompletableFuture<Void> looking;
    private @Nullable Throwable lastFailure;
    private boolean closed;

    public PhaseWatch(
            PhaseState state,
            PhaseReader reader,
            PausedRequests paused,
            Timers timers,
            Duration pollEvery,
            StoreFacts facts) {
        this.state = state;
        this.reader = reader;
        this.paused = paused;
        this.timers = timers;
        this.pollEvery = pollEvery;
        this.facts = facts;
    }

    /** Looks now and from now on; completes with the first look. */
    public CompletableFuture<Void> start() {
        return refresh().thenRun(this::pollLater);
    }

    /** Why there was no permission. */
    public synchronized NotAppliedException refusal() {
        if (closed) {
            return new NotAppliedException(Reason.NOT_READY, "The backend is closed", Map.of("backend", "mirror"));
        }
        String message = state.phase().paused()
                ? "The rollout changes over, and no node may write for a moment"
                : "The phase of the rollout cannot be confirmed";
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                message,
                Map.of("phase", state.phase().wireName()),
                lastFailure);
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    public void close() {
        synchronized (this) {
            closed = true;
        }
        paused.close();
    }

    private void pollLater() {
        if (isClosed() || state.phase() == Phase.RETIRED) {
            return;
        }
        Duration pause = state.phase().paused() ? pollEvery.dividedBy(5) : pollEvery;
        timers.schedule(pause, () -> {
            var unused = refresh().thenRun(this::pollLater);
        });
    }

    /** A look that begins after this call; false when the phase could not be read. */
    public CompletableFuture<Boolean> lookAgain() {
        CompletableFuture<Void> now;
        synchronized (this) {
            now = looking;
        }
        CompletableFuture<Void> before = now == null ? CompletableFuture.completedFuture(null) : now;
        return before.thenCompose(done -> refresh()).thenApply(done -> {
            synchronized (this) {
                return lastFailure == null && reader.certain() && !closed;
            }
        });
    }

    /** Looks at the phase, or waits for the look that is going on. Never fails. */
    public CompletableFuture<Void> refresh() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            if (looking != null) {
                return looking;
            }
            looking = mine;
        }
        var unused = reader.look().handle((done, failure) -> {
            synchronized (this) {
                looking = null;
                lastFailure = failure == null ? null : Futures.unwrap(failure);
            }
            tell(failure);
            if (state.read(timers.nanoTime()).isPresent()) {
                paused.wakeAll();
            }
            mine.complete(null);
            return null;
        });
        return mine;
    }

    private void tell(@Nullable Throwable failure) {
        String phase = state.phase().name();
        if (failure == null) {
            if (unconfirmed.over()) {
                facts.tell((store, rollout) -> new StoreEvent.PhaseConfirmed(store, rollout, phase));
            }
        } else if (unconfirmed.due(timers.nanoTime())) {
            Throwable cause = Futures.unwrap(failure);
            facts.tell((store, rollout) -> new StoreEvent.PhaseUnconfirmed(
                    store, rollout, phase, unconfirmed.passed(), ErrorCode.of(cause), String.valueOf(cause)));
        }
    }
}

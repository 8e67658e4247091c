package io.durableserver.backend.mirror.authority;

import io.durableserver.backend.mirror.base.Timers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Admits writes to the authoritative store; in a pause it lets them wait for its end. Thread-safe. */
public final class Admission {
    private final PhaseState state;
    private final PhaseWatch watch;
    private final PausedRequests paused;
    private final Timers timers;

    public Admission(PhaseState state, PhaseWatch watch, PausedRequests paused, Timers timers) {
        this.state = state;
        this.watch = watch;
        this.paused = paused;
        this.timers = timers;
    }

    /** Begins a write: the permit, or empty when there is none before the deadline. */
    public CompletableFuture<Optional<WritePermit>> enter(long deadline) {
        Optional<WritePermit> permit = state.enter(timers.nanoTime());
        if (permit.isPresent()) {
            return CompletableFuture.completedFuture(permit);
        }
        return watch.refresh().thenCompose(looked -> {
            Optional<WritePermit> now = state.enter(timers.nanoTime());
            return now.isPresent() || !state.phase().paused()
                    ? CompletableFuture.completedFuture(now)
                    : await(deadline);
        });
    }

    private CompletableFuture<Optional<WritePermit>> await(long deadline) {
        return paused.await(deadline).thenCompose(end -> {
            if (end == PausedRequests.End.REFUSED) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            Optional<WritePermit> permit = state.enter(timers.nanoTime());
            return permit.isPresent() || end == PausedRequests.End.EXPIRED
                    ? CompletableFuture.completedFuture(permit)
                    : await(deadline);
        });
    }
}

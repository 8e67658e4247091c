package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.authority.Opening;
import io.durableserver.backend.mirror.authority.PhaseState;
import io.durableserver.backend.mirror.authority.PhaseWatch;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.HandleMarker;
import io.durableserver.backend.mirror.copy.Copier;
import io.durableserver.backend.mirror.copy.CopyQueue;
import io.durableserver.backend.mirror.rollout.Side;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The life of one handle: it opens when its phase is known, and takes its markers away when it closes with nothing left to mirror. */
final class HandleLife {
    private final StorePair stores;
    private final Opening opening;
    private final PhaseState state;
    private final PhaseWatch watch;
    private final HandleMarker marker;
    private final CopyQueue queue;
    private final Copier copier;
    private final Timers timers;
    private final Duration pollEvery;

    HandleLife(
            StorePair stores,
            Opening opening,
            PhaseState state,
            PhaseWatch watch,
            HandleMarker marker,
            CopyQueue queue,
            Copier copier,
            Timers timers,
            Duration pollEvery) {
        this.stores = stores;
        this.opening = opening;
        this.state = state;
        this.watch = watch;
        this.marker = marker;
        this.queue = queue;
        this.copier = copier;
        this.timers = timers;
        this.pollEvery = pollEvery;
    }

    /**
     * Completes when the phase is known, and with it a store that can be used.
     *
     * @param both whether both stores must be usable
     */
    CompletableFuture<Void> open(boolean both) {
        CompletableFuture<Void> opened =
                opening.run().thenCompose(found -> watch.start()).thenCompose(looked -> untilKnown());
        return both
                ? opened.thenCompose(known -> stores.of(Side.SOURCE).ready())
                        .thenCompose(ready -> stores.of(Side.TARGET).ready())
                : opened;
    }

    private CompletableFuture<Void> untilKnown() {
        if (state.known()) {
            return CompletableFuture.completedFuture(null);
        }
        return watch.isClosed()
                ? CompletableFuture.failedFuture(watch.refusal())
                : timers.after(pollEvery).thenCompose(waited -> untilKnown());
    }

    boolean isClosed() {
        return watch.isClosed();
    }

    /** The refusal of a request to a handle that is closed. */
    NotAppliedException refusal() {
        return watch.refusal();
    }

    void close() {
        if (watch.isClosed()) {
            return;
        }
        watch.close();
        if (queue.pending() == 0 && queue.lost() == 0 && !copier.isWriting()) {
            // Otherwise the markers stay: they tell the next cut-over that a comparison is due.
            marker.remove(stores);
        }
        queue.close();
        stores.close();
    }
}

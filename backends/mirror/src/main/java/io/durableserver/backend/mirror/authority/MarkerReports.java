package io.durableserver.backend.mirror.authority;

import io.durableserver.backend.mirror.control.HandleMarker;
import io.durableserver.backend.mirror.control.MarkerRecord;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.copy.Copier;
import io.durableserver.backend.mirror.copy.CopyQueue;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps this handle's marker true: it names the newest revision that the handle has seen, and in a pause says when the handle
 * is drained. Only the phase reader calls it, one look after the other.
 */
public final class MarkerReports {
    private final PhaseState state;
    private final HandleMarker marker;
    private final CopyQueue queue;
    private final Copier copier;

    public MarkerReports(PhaseState state, HandleMarker marker, CopyQueue queue, Copier copier) {
        this.state = state;
        this.marker = marker;
        this.queue = queue;
        this.copier = copier;
    }

    /** Completes when the store has a marker of this handle. */
    CompletableFuture<Void> ensure(Side side) {
        return marker.ensure(side);
    }

    /** Writes into the marker that this handle has seen a revision. */
    CompletableFuture<Void> seen(Side side, long revision) {
        return report(side, revision, false);
    }

    /** The steps, in this order: no more acknowledgements, then nothing left to mirror, then no more writes to the mirror, then the report. */
    CompletableFuture<Void> drain(RolloutRecord pause, long nowNanos) {
        if (!state.closeWhenQuiet(nowNanos) || (!state.sealed() && queue.pending() > 0)) {
            return CompletableFuture.completedFuture(null);
        }
        state.seal();
        return copier.isWriting()
                ? CompletableFuture.completedFuture(null)
                : report(pause.phase().holder(), pause.revision(), true);
    }

    private CompletableFuture<Void> report(Side side, long revision, boolean drained) {
        MarkerRecord known = new MarkerRecord(marker.handle(), revision, drained, queue.lost(), 0);
        if (marker.reported(side, revision, drained)) {
            return CompletableFuture.completedFuture(null);
        }
        return marker.report(side, known).whenComplete((done, failure) -> {
            if (failure != null) {
                state.doubted();
            }
        });
    }
}

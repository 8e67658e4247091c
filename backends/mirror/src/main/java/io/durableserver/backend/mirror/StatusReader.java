package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.HandleRegistry;
import io.durableserver.backend.mirror.control.Standing;
import io.durableserver.backend.mirror.copy.CopyQueue;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.RolloutStatus;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Reads where a rollout stands, for operators: the records of both stores, the open handles, the backfill, this handle's queue. */
final class StatusReader {
    private final Control control;
    private final CopyQueue queue;
    private final Function<Side, HandleRegistry> registries;

    StatusReader(Control control, CopyQueue queue, Function<Side, HandleRegistry> registries) {
        this.control = control;
        this.queue = queue;
        this.registries = registries;
    }

    /** Fails with a {@link io.durableserver.NotAppliedException} where that cannot be told. */
    CompletableFuture<RolloutStatus> read() {
        return Standing.read(control)
                .thenCompose(now -> registries
                        .apply(now.phase().holder())
                        .read()
                        .thenCombine(backfill(now), (handles, backfill) -> status(now, handles, backfill)));
    }

    /** The source keeps it, and may be gone by the time that does not matter any more. */
    private CompletableFuture<Optional<BackfillProgress>> backfill(Standing now) {
        return now.silent().contains(Side.SOURCE)
                ? CompletableFuture.completedFuture(Optional.empty())
                : control.backfill()
                        .handle((stored, failure) -> failure == null
                                ? stored.map(found -> found.record().progress())
                                : Optional.<BackfillProgress>empty());
    }

    private RolloutStatus status(Standing now, HandleRegistry.Reading handles, Optional<BackfillProgress> backfill) {
        return new RolloutStatus(
                now.phase(),
                now.record().revision(),
                now.phase().authority(),
                handles.handles().stream().sorted().toList(),
                queue.pending(),
                queue.lost(),
                backfill,
                now.silent());
    }
}

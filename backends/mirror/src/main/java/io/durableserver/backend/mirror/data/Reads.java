package io.durableserver.backend.mirror.data;

import io.durableserver.backend.mirror.authority.PhaseState;
import io.durableserver.backend.mirror.authority.PhaseWatch;
import io.durableserver.backend.mirror.authority.WritePermit;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads of the authoritative store. A strong read counts only when the store was the authority when it answered; in a pause
 * it is taken from the store that gives the authority away, and counts when the pause went on until after the answer and the other
 * store has the same: what only the giver has may have been written too late to be compared, and is taken back by the handover.
 */
public final class Reads {
    private final StorePair stores;
    private final PhaseState state;
    private final PhaseWatch watch;
    private final Mirroring mirroring;
    private final Timers timers;

    public Reads(StorePair stores, PhaseState state, PhaseWatch watch, Mirroring mirroring, Timers timers) {
        this.stores = stores;
        this.state = state;
        this.watch = watch;
        this.mirroring = mirroring;
        this.timers = timers;
    }

    public CompletionStage<ReadResult> weak(String key, Duration timeout) {
        Side side = state.phase().holder();
        return stores.of(side).get(key, ReadMode.WEAK, timeout).thenApply(result -> marked(side, result));
    }

    /** A strong read. With required mirroring, a record of this node that is not mirrored yet is not there for it either. */
    public CompletionStage<ReadResult> strong(String key, Duration timeout) {
        long deadline = timers.nanoTime() + timeout.toNanos();
        return mirroring.required()
                ? mirroring
                        .mirrored(key, deadline)
                        .thenCompose(problem -> problem.isPresent() ? failed(problem.get()) : strong(key, deadline))
                : strong(key, deadline);
    }

    private CompletableFuture<ReadResult> strong(String key, long deadline) {
        long now = timers.nanoTime();
        Optional<WritePermit> permit = state.read(now);
        if (permit.isPresent()) {
            return permitted(key, permit.get(), deadline);
        }
        return watch.refresh().thenCompose(looked -> {
            Optional<WritePermit> fresh = state.read(timers.nanoTime());
            if (fresh.isPresent()) {
                return permitted(key, fresh.get(), deadline);
            }
            return state.known() && state.phase().paused() ? inPause(key, deadline) : failed(watch.refusal());
        });
    }

    private CompletableFuture<ReadResult> permitted(String key, WritePermit permit, long deadline) {
        return get(permit.authority(), key, deadline)
                .thenCompose(result -> state.holds(permit, timers.nanoTime())
                        ? CompletableFuture.completedFuture(result)
                        : again(key, deadline));
    }

    private CompletableFuture<ReadResult> inPause(String key, long deadline) {
        Side giver = state.phase().holder();
        long revision = state.revision();
        return get(giver, key, deadline)
                .thenCompose(result -> get(giver.other(), key, deadline).thenCompose(copy -> {
                    if (result instanceof ReadResult.Failed || copy instanceof ReadResult.Failed) {
                        return CompletableFuture.completedFuture(result instanceof ReadResult.Failed ? result : copy);
                    }
                    return watch.lookAgain().thenCompose(looked -> {
                        if (!looked || !state.phase().paused() || state.revision() != revision) {
                            return again(key, deadline);
                        }
                        return same(result, copy) ? CompletableFuture.completedFuture(result) : failed(watch.refusal());
                    });
                }));
    }

    private static boolean same(ReadResult one, ReadResult other) {
        if (one instanceof ReadResult.Found found) {
            return other instanceof ReadResult.Found copy && Arrays.equals(found.record(), copy.record());
        }
        return one instanceof ReadResult.Absent && other instanceof ReadResult.Absent;
    }

    private CompletableFuture<ReadResult> again(String key, long deadline) {
        return deadline - timers.nanoTime() > 0 ? strong(key, deadline) : failed(watch.refusal());
    }

    private CompletableFuture<ReadResult> get(Side side, String key, long deadline) {
        return stores.of(side)
                .get(key, ReadMode.STRONG, timers.left(deadline))
                .thenApply(result -> marked(side, result))
                .toCompletableFuture();
    }

    private static CompletableFuture<ReadResult> failed(Throwable cause) {
        return CompletableFuture.completedFuture(new ReadResult.Failed(true, cause));
    }

    private static ReadResult marked(Side side, ReadResult result) {
        return result instanceof ReadResult.Found found
                ? new ReadResult.Found(found.record(), Tokens.mark(side, found.version()))
                : result;
    }
}

package io.durableserver.backend.mirror;

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
final class Reads {
    private final Parts parts;

    Reads(Parts parts) {
        this.parts = parts;
    }

    CompletionStage<ReadResult> weak(String key, Duration timeout) {
        Side side = parts.state().phase().holder();
        return parts.stores().of(side).get(key, ReadMode.WEAK, timeout).thenApply(result -> marked(side, result));
    }

    CompletionStage<ReadResult> strong(String key, Duration timeout) {
        long deadline = parts.time().nanoTime() + timeout.toNanos();
        return parts.config().mode() == MirrorMode.REQUIRED
                ? mirrored(key, deadline)
                        .thenCompose(problem -> problem.isPresent() ? failed(problem.get()) : strong(key, deadline))
                : strong(key, deadline);
    }

    private CompletableFuture<ReadResult> strong(String key, long deadline) {
        long now = parts.time().nanoTime();
        Optional<WritePermit> permit = parts.state().read(now);
        if (permit.isPresent()) {
            return permitted(key, permit.get(), deadline);
        }
        return parts.watch().refresh().thenCompose(looked -> {
            Optional<WritePermit> fresh = parts.state().read(parts.time().nanoTime());
            if (fresh.isPresent()) {
                return permitted(key, fresh.get(), deadline);
            }
            return parts.state().known() && parts.state().phase().paused()
                    ? inPause(key, deadline)
                    : failed(parts.watch().refusal());
        });
    }

    private CompletableFuture<ReadResult> permitted(String key, WritePermit permit, long deadline) {
        return get(permit.authority(), key, deadline)
                .thenCompose(result -> parts.state().holds(permit, parts.time().nanoTime())
                        ? CompletableFuture.completedFuture(result)
                        : again(key, deadline));
    }

    private CompletableFuture<ReadResult> inPause(String key, long deadline) {
        Side giver = parts.state().phase().holder();
        long revision = parts.state().revision();
        return get(giver, key, deadline)
                .thenCompose(result -> get(giver.other(), key, deadline).thenCompose(copy -> {
                    if (result instanceof ReadResult.Failed || copy instanceof ReadResult.Failed) {
                        return CompletableFuture.completedFuture(result instanceof ReadResult.Failed ? result : copy);
                    }
                    return parts.watch().lookAgain().thenCompose(looked -> {
                        if (!looked
                                || !parts.state().phase().paused()
                                || parts.state().revision() != revision) {
                            return again(key, deadline);
                        }
                        return same(result, copy)
                                ? CompletableFuture.completedFuture(result)
                                : failed(parts.watch().refusal());
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
        return deadline - parts.time().nanoTime() > 0
                ? strong(key, deadline)
                : failed(parts.watch().refusal());
    }

    private CompletableFuture<ReadResult> get(Side side, String key, long deadline) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - parts.time().nanoTime()));
        return parts.stores()
                .of(side)
                .get(key, ReadMode.STRONG, left)
                .thenApply(result -> marked(side, result))
                .toCompletableFuture();
    }

    /** With required mirroring, a record of this node that is not mirrored yet is not there for strong readers either. */
    private CompletableFuture<Optional<Throwable>> mirrored(String key, long deadline) {
        return parts.awaitMirror(parts.queue().mirrored(key), key, deadline);
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

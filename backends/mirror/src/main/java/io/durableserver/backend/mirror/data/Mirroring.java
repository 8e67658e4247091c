package io.durableserver.backend.mirror.data;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.backend.mirror.authority.WritePermit;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.copy.CopyQueue;
import io.durableserver.backend.mirror.copy.Evidence;
import io.durableserver.backend.mirror.copy.Follow;
import io.durableserver.backend.mirror.copy.VersionPairs;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands changes of authoritative records to the {@link CopyQueue}. Where the mirror is required, requests also wait here
 * until it has their key, within their deadline. Thread-safe.
 */
public final class Mirroring {
    private final CopyQueue queue;
    private final VersionPairs pairs;
    private final Timers timers;
    private final boolean required;

    /**
     * A new one.
     *
     * @param required whether a write counts only once the mirror has it
     */
    public Mirroring(CopyQueue queue, VersionPairs pairs, Timers timers, boolean required) {
        this.queue = queue;
        this.pairs = pairs;
        this.timers = timers;
        this.required = required;
    }

    /** Whether reads wait for the mirror. */
    boolean required() {
        return required;
    }

    /** Whether a write under this permit counts only once the mirror has it. */
    boolean required(WritePermit permit) {
        return required && permit.mirrors();
    }

    /** Keeps room in the queue for a write that needs it; false when there is none. */
    boolean reserve(WritePermit permit, String key) {
        return !required(permit) || queue.reserve(key);
    }

    /** Gives back the room that was kept for a write. */
    void release(WritePermit permit) {
        if (required(permit)) {
            queue.release();
        }
    }

    /**
     * The authority has answered a write, or failed to; what it may have stored is to be mirrored.
     *
     * @param record what was written; null for a removal
     * @param expected the version that was to be replaced or removed; null for a creation
     * @param result the answer; null where there was none
     * @return as {@link CopyQueue#mirrored}
     */
    CompletableFuture<Optional<Throwable>> changed(
            WritePermit permit,
            String key,
            byte @Nullable [] record,
            @Nullable Version expected,
            @Nullable WriteResult result) {
        boolean stored = result instanceof WriteResult.Stored;
        // A key that was certainly absent begins a new life, and one that was removed has ended one.
        boolean force = stored && (expected == null || record == null);
        Follow follow = null;
        Evidence evidence = new Evidence.None();
        if (result instanceof WriteResult.Stored now) {
            if (record != null) {
                evidence = new Evidence.Wrote(now.version());
            }
            if (expected != null) {
                follow = pairs.counterpart(key, permit.authority(), expected)
                        .map(counterpart -> new Follow(record, now.version(), counterpart))
                        .orElse(null);
            }
        }
        return queue.changed(permit.authority(), key, force, evidence, follow, required(permit));
    }

    /** Completes once the mirror has the key or the deadline is over; empty, or with what keeps the mirror from it. */
    CompletableFuture<Optional<Throwable>> mirrored(String key, long deadline) {
        return within(queue.mirrored(key), key, deadline);
    }

    /** The same for a change that was told before. */
    CompletableFuture<Optional<Throwable>> within(
            CompletableFuture<Optional<Throwable>> mirrored, String key, long deadline) {
        if (mirrored.isDone()) {
            return mirrored;
        }
        CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
        Registration timer = timers.schedule(
                timers.left(deadline),
                () -> end.complete(Optional.of(new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                        "The authoritative store has the record, the mirror did not take it in time",
                        Map.of("key", key)))));
        var unused = mirrored.whenComplete((problem, failure) -> {
            timer.close();
            end.complete(failure == null ? problem : Optional.of(Futures.unwrap(failure)));
        });
        return end;
    }

    /** The refusal of a write that finds no room in the queue. */
    NotAppliedException full(String key) {
        return new NotAppliedException(
                NotAppliedException.Reason.OVERLOADED,
                "As many keys wait to be mirrored as may",
                Map.of("key", key, "option", "mirror.maxPending", "bound", queue.bound()));
    }
}

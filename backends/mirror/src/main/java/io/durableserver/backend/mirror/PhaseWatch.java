package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.Control.Versioned;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link PhaseState} up to date: reads the rollout records, keeps this handle's marker, reports that it is drained, and
 * wakes the writes that wait for the end of a pause. One look at a time. Thread-safe.
 */
final class PhaseWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PhaseWatch.class);

    private final PhaseState state;
    private final Control control;
    private final HandleMarker marker;
    private final CopyQueue queue;
    private final Copier copier;
    private final MirrorConfig config;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Supplier<CompletableFuture<?>> undoPause;
    private final PausedRequests paused;
    private final Spaced attempts;
    private final Spaced refused = Spaced.lines();
    private final Spaced unconfirmed = Spaced.lines();

    private @Nullable CompletableFuture<Void> looking;
    private @Nullable Throwable lastFailure;
    private boolean certain;
    private boolean undoing;
    private boolean closed;

    /**
     * A new watch.
     *
     * @param undoPause gives the authority back to the store that had it before the pause
     */
    PhaseWatch(
            PhaseState state,
            Control control,
            HandleMarker marker,
            CopyQueue queue,
            Copier copier,
            MirrorConfig config,
            Scheduler scheduler,
            TimeSource time,
            Supplier<CompletableFuture<?>> undoPause) {
        this.state = state;
        this.control = control;
        this.marker = marker;
        this.queue = queue;
        this.copier = copier;
        this.config = config;
        this.scheduler = scheduler;
        this.time = time;
        this.undoPause = undoPause;
        this.attempts = new Spaced(config.pollEvery(), config.pollEvery().multipliedBy(16));
        this.paused = new PausedRequests(config.maxParked(), scheduler, time);
    }

    /** Looks now and from now on; completes with the first look. */
    CompletableFuture<Void> start() {
        return refresh().thenRun(this::pollLater);
    }

    /** Begins a strong read or a write: the permission, or empty when there is none before the deadline. */
    CompletableFuture<Optional<WritePermit>> admit(LongFunction<Optional<WritePermit>> permission, long deadline) {
        Optional<WritePermit> permit = permission.apply(time.nanoTime());
        if (permit.isPresent()) {
            return CompletableFuture.completedFuture(permit);
        }
        return refresh().thenCompose(looked -> {
            Optional<WritePermit> now = permission.apply(time.nanoTime());
            return now.isPresent() || !state.phase().paused()
                    ? CompletableFuture.completedFuture(now)
                    : park(permission, deadline);
        });
    }

    private CompletableFuture<Optional<WritePermit>> park(LongFunction<Optional<WritePermit>> permission, long deadline) {
        return paused.await(deadline).thenCompose(end -> {
            if (end == PausedRequests.End.REFUSED) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            Optional<WritePermit> permit = permission.apply(time.nanoTime());
            return permit.isPresent() || end == PausedRequests.End.EXPIRED
                    ? CompletableFuture.completedFuture(permit)
                    : park(permission, deadline);
        });
    }

    /** Why there was no permission. */
    synchronized NotAppliedException refusal() {
        if (closed) {
            return new NotAppliedException(Reason.NOT_READY, "The backend is closed", Map.of("backend", "mirror"));
        }
        String message = state.phase().paused()
                ? "The rollout changes over, and nobody may write for a moment"
                : "The phase of the rollout cannot be confirmed";
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                message,
                Map.of("phase", state.phase().wireName()),
                lastFailure);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        paused.close();
    }

    private void pollLater() {
        if (isClosed() || state.phase() == Phase.RETIRED) {
            return;
        }
        Duration pause = state.phase().paused() ? config.pollEvery().dividedBy(5) : config.pollEvery();
        scheduler.schedule(pause, () -> {
            var unused = refresh().thenRun(this::pollLater);
        });
    }

    /** A look that begins after this call; false when the phase could not be read. */
    CompletableFuture<Boolean> lookAgain() {
        CompletableFuture<Void> now;
        synchronized (this) {
            now = looking;
        }
        CompletableFuture<Void> before = now == null ? CompletableFuture.completedFuture(null) : now;
        return before.thenCompose(done -> refresh()).thenApply(done -> {
            synchronized (this) {
                return lastFailure == null && certain && !closed;
            }
        });
    }

    /** Looks at the phase, or waits for the look that is going on. Never fails. */
    CompletableFuture<Void> refresh() {
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
        var unused = look().handle((done, failure) -> {
            synchronized (this) {
                looking = null;
                lastFailure = failure == null ? null : Futures.unwrap(failure);
            }
            tell(failure);
            if (state.read(time.nanoTime()).isPresent()) {
                paused.wakeAll();
            }
            mine.complete(null);
            return null;
        });
        return mine;
    }

    private void tell(@Nullable Throwable failure) {
        if (failure == null) {
            if (unconfirmed.over()) {
                LOG.info("The phase of the rollout is confirmed again: {}", state.phase());
            }
        } else if (unconfirmed.due(time.nanoTime())) {
            LOG.warn(
                    "The phase of the rollout cannot be confirmed ({} more looks failed before): {}",
                    unconfirmed.passed(),
                    String.valueOf(Futures.unwrap(failure)));
        }
    }

    /** What one store said: its record, and why it said nothing. */
    private record Seen(
            Optional<RolloutRecord> record, @Nullable Throwable failure) {
        boolean owns() {
            return record.filter(RolloutRecord::owns).isPresent();
        }
    }

    private CompletableFuture<Void> look() {
        long started = time.nanoTime();
        Side first = state.phase().holder();
        return lookAt(first)
                .thenCompose(one -> one.owns()
                        ? CompletableFuture.completedFuture(null)
                        : lookAt(first.other()).thenCompose(two -> nobodyOwns(one, two, started)));
    }

    private CompletableFuture<Seen> lookAt(Side side) {
        long[] started = new long[1];
        return marker.ensure(side)
                .thenCompose(marked -> {
                    started[0] = time.nanoTime();
                    return control.rollout(side);
                })
                .thenCompose(found -> plausible(side, found))
                .thenCompose(found -> confirm(side, found, started[0]))
                .handle((record, failure) ->
                        failure == null ? new Seen(record, null) : new Seen(Optional.empty(), Futures.unwrap(failure)));
    }

    /**
     * An old record is not believed: this handle, or for its first look the other store, knows of a newer one. A store that
     * does not answer its first look knows of none.
     */
    private CompletableFuture<Optional<Versioned<RolloutRecord>>> plausible(
            Side side, Optional<Versioned<RolloutRecord>> found) {
        RolloutRecord owner =
                found.map(Versioned::record).filter(RolloutRecord::owns).orElse(null);
        if (owner == null) {
            return CompletableFuture.completedFuture(found);
        }
        CompletableFuture<Long> newest = state.known()
                ? CompletableFuture.completedFuture(state.revision())
                : control.rollout(side.other())
                        .handle((other, failure) -> failure != null
                                ? 0L
                                : other.map(record -> record.record().revision())
                                        .orElse(0L));
        return newest.thenApply(revision -> {
            if (owner.revision() < revision) {
                throw new NotAppliedException(
                        Reason.STORAGE_UNAVAILABLE,
                        "A store shows an old rollout record",
                        Map.of("side", side.wireName(), "revision", owner.revision(), "newest", revision));
            }
            return found;
        });
    }

    /** A record that owns counts only once the marker says that this handle has seen it. */
    private CompletableFuture<Optional<RolloutRecord>> confirm(
            Side side, Optional<Versioned<RolloutRecord>> found, long started) {
        Optional<RolloutRecord> record = found.map(Versioned::record);
        RolloutRecord owner = record.filter(RolloutRecord::owns).orElse(null);
        if (owner == null) {
            return CompletableFuture.completedFuture(record);
        }
        return report(side, owner.revision(), false).thenApply(reported -> {
            queue.direction(side);
            endOfPause();
            Phase before = state.phase();
            state.observed(owner.phase(), owner.revision(), started, time.nanoTime());
            if (before != owner.phase()) {
                LOG.info("Rollout {} is in phase {}", config.name(), owner.phase());
            }
            return record;
        });
    }

    private void endOfPause() {
        attempts.over();
        if (refused.over()) {
            LOG.info("The pause of the rollout is over");
        }
    }

    private CompletableFuture<Void> nobodyOwns(Seen one, Seen two, long started) {
        if (two.owns()) {
            return CompletableFuture.completedFuture(null);
        }
        Optional<RolloutRecord> pause = newest(one.record(), two.record())
                .filter(record -> record.phase().paused());
        if (pause.isEmpty() || pause.get().revision() < state.revision()) {
            Throwable why = one.failure() != null ? one.failure() : two.failure();
            return CompletableFuture.failedFuture(why != null ? why : noRecord());
        }
        synchronized (this) {
            // A store that did not answer may have become the authority.
            certain = one.failure() == null && two.failure() == null;
        }
        queue.direction(pause.get().phase().holder());
        state.observed(pause.get().phase(), pause.get().revision(), started, time.nanoTime());
        undoLongPause();
        return drain(pause.get());
    }

    private static Optional<RolloutRecord> newest(Optional<RolloutRecord> one, Optional<RolloutRecord> two) {
        if (one.isEmpty() || two.isEmpty()) {
            return one.or(() -> two);
        }
        return one.get().revision() >= two.get().revision() ? one : two;
    }

    /** In order: no more acknowledgements, then nothing left to mirror, then no more writes to the mirror, then the word. */
    private CompletableFuture<Void> drain(RolloutRecord pause) {
        if (!state.closeWhenQuiet(time.nanoTime()) || (!state.sealed() && queue.pending() > 0)) {
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

    /** Whoever began the pause may be dead. Handing the authority back is safe for any number of nodes at a time. */
    private void undoLongPause() {
        long limit = config.pauseLimit().toNanos() * 2;
        synchronized (this) {
            if (undoing || state.pausedNanos(time.nanoTime()) < limit) {
                return;
            }
            if (!attempts.going()) {
                LOG.error("The rollout has been paused for too long; this node gives the authority back");
            }
            if (!attempts.due(time.nanoTime())) {
                return;
            }
            undoing = true;
        }
        var unused = undoPause.get().whenComplete((done, failure) -> {
            synchronized (this) {
                undoing = false;
            }
            if (failure != null && !AuthorityTransfer.isNoPause(failure) && refused.due(time.nanoTime())) {
                LOG.warn(
                        "The pause could not be undone and is tried again, after {} more attempts: {}",
                        refused.passed(),
                        String.valueOf(Futures.unwrap(failure)));
            }
        });
    }

    private NotAppliedException noRecord() {
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                "Neither store has a rollout record that counts",
                Map.of("key", control.keys().rollout()));
    }
}

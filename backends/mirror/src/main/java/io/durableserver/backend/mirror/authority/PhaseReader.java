package io.durableserver.backend.mirror.authority;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.copy.CopyQueue;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the phase from the rollout records of both stores into {@link PhaseState}. A record that gives its store the authority
 * counts once this handle's marker in that store says that the handle has seen it. One look at a time.
 */
public final class PhaseReader {
    private final PhaseState state;
    private final Control control;
    private final MarkerReports reports;
    private final CopyQueue queue;
    private final LongPause longPause;
    private final Timers timers;
    private final StoreFacts facts;
    private volatile boolean certain;

    public PhaseReader(
            PhaseState state,
            Control control,
            MarkerReports reports,
            CopyQueue queue,
            LongPause longPause,
            Timers timers,
            StoreFacts facts) {
        this.state = state;
        this.control = control;
        this.reports = reports;
        this.queue = queue;
        this.longPause = longPause;
        this.timers = timers;
        this.facts = facts;
    }

    /** Whether both stores answered when a pause was seen last. */
    boolean certain() {
        return certain;
    }

    /** What one store said: its record, and why it said nothing. */
    private record Seen(
            Optional<RolloutRecord> record, @Nullable Throwable failure) {
        boolean owns() {
            return record.filter(RolloutRecord::owns).isPresent();
        }
    }

    /** Looks once, at the store that had the authority last and, if need be, at the other one; fails where no phase can be told. */
    CompletableFuture<Void> look() {
        long started = timers.nanoTime();
        Side first = state.phase().holder();
        return lookAt(first)
                .thenCompose(one -> one.owns()
                        ? CompletableFuture.completedFuture(null)
                        : lookAt(first.other()).thenCompose(two -> nobodyOwns(one, two, started)));
    }

    private CompletableFuture<Seen> lookAt(Side side) {
        long[] started = new long[1];
        return reports.ensure(side)
                .thenCompose(marked -> {
                    started[0] = timers.nanoTime();
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
        return reports.seen(side, owner.revision()).thenApply(reported -> {
            queue.direction(side);
            longPause.over();
            observed(owner, started);
            return record;
        });
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
        // A store that did not answer may have become the authority.
        certain = one.failure() == null && two.failure() == null;
        queue.direction(pause.get().phase().holder());
        observed(pause.get(), started);
        longPause.seen();
        return reports.drain(pause.get(), timers.nanoTime());
    }

    private void observed(RolloutRecord record, long started) {
        Phase before = state.phase();
        state.observed(record.phase(), record.revision(), started, timers.nanoTime());
        Phase now = state.phase();
        if (before != now) {
            facts.tell((store, rollout) -> new StoreEvent.PhaseChanged(store, rollout, before.name(), now.name()));
        }
    }

    private static Optional<RolloutRecord> newest(Optional<RolloutRecord> one, Optional<RolloutRecord> two) {
        if (one.isEmpty() || two.isEmpty()) {
            return one.or(() -> two);
        }
        return one.get().revision() >= two.get().revision() ? one : two;
    }

    private NotAppliedException noRecord() {
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                "Neither store has a rollout record that counts",
                Map.of("key", control.keys().rollout()));
    }
}

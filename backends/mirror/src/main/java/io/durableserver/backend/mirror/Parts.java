package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The parts of one handle: made here, wired here, closed here. */
final class Parts {
    // A session has one process, so this makes handles unique.
    private static final AtomicLong HANDLES = new AtomicLong();

    private final MirrorConfig config;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final StorePair stores;
    private final ControlKeys keys;
    private final Control control;
    private final VersionPairs pairs;
    private final PhaseState state;
    private final Copier copier;
    private final CopyQueue queue;
    private final HandleMarker marker;
    private final PhaseWatch watch;
    private final AuthorityTransfer transfer;

    Parts(MirrorConfig config, BackendFactory.Context context) {
        this.config = config;
        this.scheduler = context.scheduler();
        this.time = context.time();
        this.stores = open(config, context);
        this.keys = ControlKeys.of(context.prefix(), config.name());
        this.control = new Control(stores, keys, time);
        this.pairs = new VersionPairs(config.rememberedVersions());
        this.state =
                new PhaseState(config.phaseValidity().toNanos(), config.grace().toNanos());
        this.copier = new Copier(
                stores,
                keys.rollout(),
                config.order(),
                pairs,
                scheduler,
                config.secondLook(),
                side -> state.mayMirror(side, time.nanoTime()));
        this.queue =
                new CopyQueue(copier, scheduler, time, config.maxPending(), config.mirrorWrites(), config.secondLook());
        this.marker = new HandleMarker(control, "%s/%08d".formatted(context.session(), HANDLES.incrementAndGet()));
        this.transfer = new AuthorityTransfer(control);
        this.watch = new PhaseWatch(state, control, marker, queue, copier, config, scheduler, time, transfer::giveBack);
    }

    private static StorePair open(MirrorConfig config, BackendFactory.Context context) {
        Backend source = config.source().open(context);
        Backend target;
        try {
            target = config.target().open(context);
        } catch (RuntimeException refused) {
            source.close();
            throw refused;
        }
        if (source == target) {
            source.close();
            throw MirrorConfig.sameStore();
        }
        return new StorePair(source, target, config.requestTimeout());
    }

    /** Completes when the phase is known, and with it a store that can be used. */
    CompletableFuture<Void> open() {
        CompletableFuture<Void> opened = new Opening(stores, control, config, scheduler, watch::isClosed)
                .run()
                .thenCompose(found -> watch.start())
                .thenCompose(looked -> untilKnown());
        if (!config.secondaryRequired()) {
            return opened;
        }
        return opened.thenCompose(known -> stores.of(Side.SOURCE).ready())
                .thenCompose(known -> stores.of(Side.TARGET).ready());
    }

    private CompletableFuture<Void> untilKnown() {
        if (state.known()) {
            return CompletableFuture.completedFuture(null);
        }
        if (watch.isClosed()) {
            return CompletableFuture.failedFuture(watch.refusal());
        }
        CompletableFuture<Void> later = new CompletableFuture<>();
        scheduler.schedule(config.pollEvery(), () -> {
            Futures.forward(untilKnown(), later);
        });
        return later;
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

    /** What keeps a key from being mirrored, once that is known or the deadline is over. */
    CompletableFuture<Optional<Throwable>> awaitMirror(
            CompletableFuture<Optional<Throwable>> mirrored, String key, long deadline) {
        if (mirrored.isDone()) {
            return mirrored;
        }
        CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
        Registration timer = scheduler.schedule(
                Duration.ofNanos(Math.max(1, deadline - time.nanoTime())),
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

    NotAppliedException mirrorFull(String key) {
        return new NotAppliedException(
                NotAppliedException.Reason.OVERLOADED,
                "As many keys wait to be mirrored as may",
                Map.of("key", key, "option", "mirror.maxPending", "bound", config.maxPending()));
    }

    MirrorConfig config() {
        return config;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    TimeSource time() {
        return time;
    }

    StorePair stores() {
        return stores;
    }

    ControlKeys keys() {
        return keys;
    }

    Control control() {
        return control;
    }

    VersionPairs pairs() {
        return pairs;
    }

    PhaseState state() {
        return state;
    }

    Copier copier() {
        return copier;
    }

    CopyQueue queue() {
        return queue;
    }

    PhaseWatch watch() {
        return watch;
    }

    AuthorityTransfer transfer() {
        return transfer;
    }
}

package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.authority.Admission;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.authority.LongPause;
import io.durableserver.backend.mirror.authority.MarkerReports;
import io.durableserver.backend.mirror.authority.Opening;
import io.durableserver.backend.mirror.authority.PausedRequests;
import io.durableserver.backend.mirror.authority.PhaseChange;
import io.durableserver.backend.mirror.authority.PhaseReader;
import io.durableserver.backend.mirror.authority.PhaseState;
import io.durableserver.backend.mirror.authority.PhaseWatch;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.control.HandleMarker;
import io.durableserver.backend.mirror.control.HandleRegistry;
import io.durableserver.backend.mirror.copy.Copier;
import io.durableserver.backend.mirror.copy.CopyQueue;
import io.durableserver.backend.mirror.copy.VersionPairs;
import io.durableserver.backend.mirror.data.Listings;
import io.durableserver.backend.mirror.data.Mirroring;
import io.durableserver.backend.mirror.data.Reads;
import io.durableserver.backend.mirror.data.Translation;
import io.durableserver.backend.mirror.data.Writes;
import io.durableserver.backend.mirror.handover.HandoverRun;
import io.durableserver.backend.mirror.handover.UnmirroredWriters;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.walk.Backfill;
import io.durableserver.backend.mirror.walk.PageWalk;
import io.durableserver.backend.mirror.walk.Verification;
import io.durableserver.backend.mirror.walk.Verifier;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Makes a handle out of its parts. Nothing else knows all of them. */
final class Assembly {
    // A session has one process, so this makes handles unique.
    private static final AtomicLong HANDLES = new AtomicLong();

    private Assembly() {}

    /** Opens both stores, and begins to look for the phase. */
    static MirrorBackend open(MirrorConfig config, BackendFactory.Context context) {
        StorePair stores = stores(config, context);
        StoreFacts facts = StoreFacts.of(MirrorBackend.NAME, config.name(), context);
        Timers timers = new Timers(context.scheduler(), context.time());
        ControlKeys keys = ControlKeys.of(context.prefix(), config.name());
        Control control = new Control(stores, keys, context.time());
        AuthorityTransfer transfer = new AuthorityTransfer(control);

        PhaseState state =
                new PhaseState(config.phaseValidity().toNanos(), config.grace().toNanos());
        VersionPairs pairs = new VersionPairs(config.rememberedVersions());
        Copier copier = new Copier(
                stores,
                keys.rollout(),
                config.order(),
                pairs,
                timers,
                config.secondLook(),
                side -> state.mayMirror(side, timers.nanoTime()));
        CopyQueue queue =
                new CopyQueue(copier, timers, config.maxPending(), config.mirrorWrites(), config.secondLook(), facts);

        HandleMarker marker =
                new HandleMarker(control, "%s/%08d".formatted(context.session(), HANDLES.incrementAndGet()));
        PausedRequests paused = new PausedRequests(config.maxParked(), timers);
        LongPause longPause = new LongPause(
                state, timers, config.pauseLimit().multipliedBy(2), config.pollEvery(), transfer::giveBack, facts);
        MarkerReports reports = new MarkerReports(state, marker, queue, copier);
        PhaseReader reader = new PhaseReader(state, control, reports, queue, longPause, timers, facts);
        PhaseWatch watch = new PhaseWatch(state, reader, paused, timers, config.pollEvery(), facts);
        Opening opening = new Opening(
                stores,
                control,
                timers,
                config.adoptTarget(),
                config.pollEvery(),
                config.secondLook(),
                watch::isClosed);
        HandleLife life =
                new HandleLife(stores, opening, state, watch, marker, queue, copier, timers, config.pollEvery());

        Mirroring mirroring = new Mirroring(queue, pairs, timers, config.mode() == MirrorMode.REQUIRED);
        Admission admission = new Admission(state, watch, paused, timers);
        Translation translation = new Translation(stores, pairs, config.order(), timers, config.secondLook());
        return new MirrorBackend(
                life,
                new Reads(stores, state, watch, mirroring, timers),
                new Writes(stores, state, watch, admission, mirroring, translation, timers),
                new Listings(stores, state, keys),
                rollout(config, stores, control, transfer, copier, queue, watch, timers, facts),
                life.open(config.secondaryRequired()));
    }

    private static StorePair stores(MirrorConfig config, BackendFactory.Context context) {
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
            throw StorePair.sameStore();
        }
        return new StorePair(source, target, config.requestTimeout());
    }

    /** What an operator does with the handle. */
    private static Rollout rollout(
            MirrorConfig config,
            StorePair stores,
            Control control,
            AuthorityTransfer transfer,
            Copier copier,
            CopyQueue queue,
            PhaseWatch watch,
            Timers timers,
            StoreFacts facts) {
        Function<Pace, PageWalk> walks = pace -> new PageWalk(stores, control.keys(), timers, watch::isClosed, pace);
        Function<Side, HandleRegistry> registries =
                side -> new HandleRegistry(control, stores, timers, config.secondLook(), side);
        Verifier verifier = (authority, repair, pace) -> new Verification(
                        stores,
                        copier,
                        config.order(),
                        () -> walks.apply(pace),
                        timers,
                        config.secondLook(),
                        authority,
                        repair)
                .run()
                .thenApply(report -> {
                    facts.tell((store, rollout) -> new StoreEvent.StoresCompared(
                            store,
                            rollout,
                            report.compared(),
                            report.divergent(),
                            report.repaired(),
                            report.created(),
                            report.removed(),
                            report.took()));
                    return report;
                });
        BiFunction<Side, Pace, HandoverRun> handovers = (giver, pace) -> new HandoverRun(
                control,
                transfer,
                watch,
                verifier,
                registries.apply(giver),
                new UnmirroredWriters(stores, timers, control.keys().prefix(), config.outsiderWatch(), giver),
                timers,
                config.handoverLimits(),
                giver,
                pace,
                facts);
        return new Rollout(
                control,
                new StatusReader(control, queue, registries),
                new PhaseChange(control, watch),
                transfer,
                verifier,
                pace -> new Backfill(control, copier, () -> walks.apply(pace), timers),
                handovers);
    }
}

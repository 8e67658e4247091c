package io.durableserver.backend.mirror.handover;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.authority.PhaseWatch;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.HandleRegistry;
import io.durableserver.backend.mirror.control.MarkerRecord;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.control.Standing;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.backend.mirror.walk.Verifier;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt to pass the authority on. What takes time comes first, while all nodes write: the roll call, which leaves only
 * markers of handles that answer; the comparison of all records, which makes the stores alike but for what these handles have
 * still to mirror; the search for nodes that write past the mirror. The pause is only for the handles to finish that.
 */
public final class HandoverRun {
    private final Control control;
    private final AuthorityTransfer transfer;
    private final PhaseWatch watch;
    private final Verifier verifier;
    private final HandleRegistry registry;
    private final UnmirroredWriters unmirrored;
    private final Timers timers;
    private final HandoverLimits limits;
    private final Side giver;
    private final Pace pace;
    private final StoreFacts facts;

    public HandoverRun(
            Control control,
            AuthorityTransfer transfer,
            PhaseWatch watch,
            Verifier verifier,
            HandleRegistry registry,
            UnmirroredWriters unmirrored,
            Timers timers,
            HandoverLimits limits,
            Side giver,
            Pace pace,
            StoreFacts facts) {
        this.control = control;
        this.transfer = transfer;
        this.watch = watch;
        this.verifier = verifier;
        this.registry = registry;
        this.unmirrored = unmirrored;
        this.timers = timers;
        this.limits = limits;
        this.giver = giver;
        this.pace = pace;
        this.facts = facts;
    }

    /** What stands in the way; ends the attempt. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient Handover.Reason reason;
        final String detail;

        Refusal(Handover.Reason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
            this.detail = detail;
        }
    }

    /** What was found before the pause. */
    private record Prepared(Map<String, MarkerRecord> handles, VerificationReport verified) {}

    /** Each attempt is told at its begin and its end. */
    public CompletableFuture<Handover> run() {
        long began = timers.nanoTime();
        String to = giver.other().name();
        facts.tell((store, rollout) -> new StoreEvent.HandoverBegun(store, rollout, to));
        return attempt().whenComplete((end, failure) -> {
            Duration took = Duration.ofNanos(timers.nanoTime() - began);
            facts.tell((store, rollout) -> end instanceof Handover.Refused refused
                    ? new StoreEvent.HandoverEnded(
                            store, rollout, to, refused.why().name(), refused.detail(), took)
                    : failure == null
                            ? new StoreEvent.HandoverEnded(store, rollout, to, "DONE", "", took)
                            : new StoreEvent.HandoverEnded(
                                    store, rollout, to, "FAILED", String.valueOf(Futures.unwrap(failure)), took));
        });
    }

    private CompletableFuture<Handover> attempt() {
        VerificationReport[] report = new VerificationReport[1];
        return prepare()
                .thenCompose(prepared -> {
                    report[0] = prepared.verified();
                    return pause(prepared);
                })
                .exceptionally(failure -> {
                    Throwable cause = Futures.unwrap(failure);
                    Optional<VerificationReport> verified = Optional.ofNullable(report[0]);
                    if (cause instanceof Refusal refusal) {
                        return new Handover.Refused(refusal.reason, refusal.detail, verified);
                    }
                    if (cause instanceof Comparisons.Diverged diverged) {
                        return new Handover.Refused(
                                Handover.Reason.DIVERGENCE, diverged.detail, Optional.of(diverged.report));
                    }
                    if (isFenced(cause)) {
                        return new Handover.Refused(
                                Handover.Reason.OTHER_OPERATOR, String.valueOf(cause.getMessage()), verified);
                    }
                    throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
                });
    }

    private CompletableFuture<Prepared> prepare() {
        return callRoll()
                .thenCompose(revision -> unmirrored
                        .begin()
                        .thenCompose(noted -> answers(revision, timers.nanoTime()))
                        .thenCompose(handles -> new Comparisons(
                                        verifier, timers, limits.secondLook(), giver, pace, unmirrored::note)
                                .run()
                                .thenCompose(report -> checked(handles, report))));
    }

    private CompletableFuture<Prepared> checked(Map<String, MarkerRecord> handles, VerificationReport report) {
        return unmirrored.found(registry).thenApply(found -> {
            if (!found.isEmpty()) {
                throw new Refusal(Handover.Reason.OUTSIDE_WRITER, "Without the mirror write: " + found);
            }
            return new Prepared(handles, report);
        });
    }

    /** A new revision, which every handle answers with its marker. */
    private CompletableFuture<Long> callRoll() {
        Phase needed = AuthorityTransfer.phaseOf(giver);
        return control.rollout(giver).thenCompose(found -> {
            RolloutRecord now = found.map(Versioned::record)
                    .filter(RolloutRecord::owns)
                    .filter(record -> record.phase() == needed)
                    .orElse(null);
            if (now == null) {
                return Standing.read(control).<Long>thenApply(standing -> {
                    throw wrongPhase(standing.phase(), needed);
                });
            }
            long revision = now.revision() + 1;
            return control.write(found, control.rollout(giver, needed, revision))
                    .thenCompose(written -> watch.refresh().thenApply(looked -> revision));
        });
    }

    private static Refusal wrongPhase(Phase now, Phase needed) {
        String why = now.paused()
                ? " (the handover of another operator, or of one that died: abort undoes it)"
                : now == needed ? " again by now" : "";
        return new Refusal(
                Handover.Reason.WRONG_PHASE,
                "The phase is " + now.wireName() + why + ", and must be " + needed.wireName());
    }

    /** Waits for the answers, at least as long as a silent handle might still acknowledge writes. */
    private CompletableFuture<Map<String, MarkerRecord>> answers(long revision, long started) {
        return registry.read().thenCompose(reading -> {
            boolean all = reading.unsure().isEmpty()
                    && reading.markers().values().stream()
                            .allMatch(marker -> marker.record().revision() >= revision);
            long waited = timers.nanoTime() - started;
            if (all || waited >= limits.silence().toNanos()) {
                return registry.removeSilent(revision);
            }
            return later().thenCompose(now -> answers(revision, started));
        });
    }

    private CompletableFuture<Handover> pause(Prepared prepared) {
        long started = timers.nanoTime();
        return taken().thenCompose(claim -> {
            CompletableFuture<Handover> done = watch.refresh()
                    .thenCompose(looked -> drained(claim, prepared, started))
                    .thenCompose(drained -> lastCheck(claim))
                    .thenCompose(checked -> transfer.give(claim, giver.other()))
                    .thenCompose(given -> watch.refresh().thenApply(looked -> given))
                    .thenApply(given -> new Handover.Done(
                            given.phase(), Duration.ofNanos(timers.nanoTime() - started), prepared.verified()));
            return Futures.recover(done, this::undo);
        });
    }

    /** Undoes a pause that was begun and did not come about, too; but not the pause of another actor that was faster. */
    private CompletableFuture<AuthorityTransfer.Claim> taken() {
        CompletableFuture<AuthorityTransfer.Claim> taking = transfer.take(giver);
        return Futures.recover(
                taking, failure -> isFenced(failure) ? CompletableFuture.failedFuture(failure) : undo(failure));
    }

    private static boolean isFenced(Throwable failure) {
        return failure instanceof NotAppliedException lost && lost.reason() == NotAppliedException.Reason.FENCED;
    }

    private CompletableFuture<Void> drained(AuthorityTransfer.Claim claim, Prepared prepared, long started) {
        return registry.read().thenCompose(reading -> {
            // A handle that a listing leaves out may write still.
            long waiting = reading.unsure().size();
            for (Versioned<MarkerRecord> marker : reading.markers().values()) {
                MarkerRecord now = marker.record();
                MarkerRecord before = prepared.handles().get(now.handle());
                if (now.lost() != (before == null ? 0 : before.lost())) {
                    throw new Refusal(
                            Handover.Reason.MIRROR_LOST, now.handle() + " left keys unmirrored; compare again");
                }
                if (!now.drained() || now.revision() != claim.revision()) {
                    waiting++;
                }
            }
            if (waiting == 0) {
                return CompletableFuture.completedFuture(null);
            }
            checkTime(started, waiting + " nodes have not finished what they had to mirror");
            return later().thenCompose(now -> drained(claim, prepared, started));
        });
    }

    private void checkTime(long started, String detail) {
        if (timers.nanoTime() - started > limits.pauseLimit().toNanos()) {
            throw new Refusal(Handover.Reason.NODE_SILENT, detail);
        }
    }

    private CompletableFuture<Void> lastCheck(AuthorityTransfer.Claim claim) {
        if (!limits.fullCheckInPause()) {
            return CompletableFuture.completedFuture(null);
        }
        return verifier.verify(claim.giver(), Repair.NONE, pace).thenAccept(Comparisons::throwUnlessClean);
    }

    /**
     * Gives the authority back, by a claim of its own: the last write of this one may still be on its way, and must not meet a
     * record it could change. Where that fails, the nodes do it themselves after a while; but each of them needs both stores.
     */
    private <T> CompletableFuture<T> undo(Throwable why) {
        boolean mayCome = why instanceof OutcomeUnknownException;
        CompletableFuture<Void> back = Futures.recover(
                transfer.giveBack().thenAccept(given -> {}),
                failure -> mayCome && AuthorityTransfer.isNoPause(failure)
                        ? keepAway()
                        : CompletableFuture.failedFuture(failure));
        return Futures.recover(back, failure -> {
                    if (!AuthorityTransfer.isNoPause(failure)) {
                        facts.tell((store, rollout) -> new StoreEvent.PauseNotUndone(
                                store, rollout, 0, ErrorCode.of(failure), String.valueOf(failure)));
                    }
                    return CompletableFuture.completedFuture(null);
                })
                .thenCompose(undone -> watch.refresh())
                .thenCompose(looked -> CompletableFuture.failedFuture(why));
    }

    /** Keeps away a pause of ours that may still be on its way: it comes over what is there now, or never. */
    private CompletableFuture<Void> keepAway() {
        CompletableFuture<Void> moved = transfer.moveOn(giver);
        return Futures.recover(
                moved,
                failure -> isFenced(failure)
                        ? transfer.giveBack().thenAccept(given -> {})
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Void> later() {
        return timers.after(limits.pollEvery().dividedBy(5));
    }
}

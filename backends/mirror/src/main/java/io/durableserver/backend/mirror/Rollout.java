package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.Control.Versioned;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Walks a migration through its phases, {@link Phase shadow, backfill, verify, cut over, retire}, while servers run on all
 * nodes. It may be used on any node, and by several at a time: every change is one conditional write, and whoever comes second
 * is told so. Nothing blocks; stages complete on any thread. They fail with a {@link NotAppliedException}
 * ({@code STORAGE_UNAVAILABLE} when a store does not answer, {@code NOT_READY} in a phase that does not allow it,
 * {@code FENCED} when somebody else changed the rollout at the same time), or with
 * an {@link io.durableserver.OutcomeUnknownException} when a change may or may not have happened: look at {@link #status}.
 */
public final class Rollout {
    private static final Set<Phase> BEFORE_CUT_OVER = EnumSet.of(Phase.SHADOW, Phase.BACKFILL, Phase.VERIFY);

    private final Parts parts;

    Rollout(Parts parts) {
        this.parts = parts;
    }

    /** Where the rollout stands. */
    public CompletionStage<RolloutStatus> status() {
        return Standing.read(parts.control())
                .thenCompose(now -> new HandleRegistry(parts, now.phase().holder())
                        .read()
                        .thenCombine(backfill(now), (registry, backfill) -> status(now, registry, backfill)));
    }

    /** The source keeps it, and may be gone by the time that does not matter any more. */
    private CompletableFuture<Optional<BackfillProgress>> backfill(Standing now) {
        return now.silent().contains(Side.SOURCE)
                ? CompletableFuture.completedFuture(Optional.empty())
                : Backfill.stored(parts)
                        .handle((stored, failure) -> failure == null
                                ? stored.map(found -> found.record().progress())
                                : Optional.<BackfillProgress>empty());
    }

    private RolloutStatus status(Standing now, HandleRegistry.Reading registry, Optional<BackfillProgress> backfill) {
        return new RolloutStatus(
                now.phase(),
                now.record().revision(),
                now.phase().authority(),
                registry.handles().stream().sorted().toList(),
                parts.queue().pending(),
                parts.queue().lost(),
                backfill,
                now.silent());
    }

    /**
     * Copies all records to the target: to {@link Phase#BACKFILL}, and at its end to {@link Phase#VERIFY}. A backfill that was
     * interrupted goes on where it stopped; call it again, on any node.
     */
    public CompletionStage<BackfillProgress> backfill(Pace pace) {
        return change(BEFORE_CUT_OVER, Phase.BACKFILL)
                .thenCompose(begun -> new Backfill(parts, pace).run(true))
                .thenCompose(progress -> change(EnumSet.of(Phase.BACKFILL, Phase.VERIFY), Phase.VERIFY)
                        .thenApply(verify -> progress));
    }

    /** How far the newest backfill is; empty before the first. */
    public CompletionStage<Optional<BackfillProgress>> backfillProgress() {
        return Backfill.stored(parts)
                .thenApply(stored -> stored.map(Versioned::record).map(ProgressRecord::progress));
    }

    /** Compares all records, from the authority to its mirror, and changes nothing. */
    public CompletionStage<VerificationReport> verify(Pace pace) {
        return repair(Repair.NONE, pace);
    }

    /** Compares all records and repairs what differs. */
    public CompletionStage<VerificationReport> repair(Repair repair, Pace pace) {
        return Standing.read(parts.control()).thenCompose(now -> {
            Phase phase = now.phase();
            if (phase.paused() || !phase.mirrors()) {
                throw refused(phase, EnumSet.complementOf(EnumSet.of(Phase.RETIRED)));
            }
            return new Verification(parts, phase.holder(), repair, pace).run();
        });
    }

    /**
     * From {@link Phase#VERIFY} to {@link Phase#CUT_OVER}: makes sure that every node answers, compares all records and repairs
     * what is explained, stops all writes, waits until all nodes have mirrored what they wrote, and makes the target the
     * authority. Where anything stands in the way, the source keeps the authority.
     */
    public CompletionStage<Handover> cutOver(Pace pace) {
        return new HandoverRun(parts, Side.SOURCE, pace).run();
    }

    /** The way back, from {@link Phase#CUT_OVER} to {@link Phase#VERIFY}, with the same care. */
    public CompletionStage<Handover> rollBack(Pace pace) {
        return new HandoverRun(parts, Side.TARGET, pace).run();
    }

    /**
     * Gives the authority back to the store that had it before a pause, where whoever began the pause is gone. Fails with
     * {@code NOT_READY} when there is no pause.
     */
    public CompletionStage<RolloutStatus> abort() {
        return parts.transfer().giveBack().thenCompose(record -> status());
    }

    /**
     * From {@link Phase#CUT_OVER} to {@link Phase#RETIRED}: ends the mirroring. The source is not written any more, and read
     * only for servers that have not written since the cut-over. There is no way back. The source may be down. Then configure the
     * target alone.
     */
    public CompletionStage<RolloutStatus> retire() {
        return change(EnumSet.of(Phase.CUT_OVER, Phase.RETIRED), Phase.RETIRED).thenCompose(retired -> status());
    }

    /** Changes the phase without changing the authority. */
    private CompletableFuture<RolloutRecord> change(Set<Phase> from, Phase to) {
        Side side = to.holder();
        return parts.control().rollout(side).thenCompose(found -> {
            Optional<RolloutRecord> now = found.map(Versioned::record).filter(RolloutRecord::owns);
            if (now.isEmpty() || !from.contains(now.get().phase())) {
                return Standing.read(parts.control()).<RolloutRecord>thenApply(standing -> {
                    throw refused(standing.phase(), from);
                });
            }
            if (now.get().phase() == to) {
                return CompletableFuture.completedFuture(now.get());
            }
            RolloutRecord next = parts.control().rollout(side, to, now.get().revision() + 1);
            return parts.control()
                    .write(found, next)
                    .thenCompose(written -> parts.watch().refresh().thenApply(looked -> next));
        });
    }

    private static NotAppliedException refused(Phase now, Set<Phase> needed) {
        return new NotAppliedException(
                Reason.NOT_READY,
                "The rollout is not in a phase for this",
                Map.of("phase", now.wireName(), "needed", needed));
    }
}

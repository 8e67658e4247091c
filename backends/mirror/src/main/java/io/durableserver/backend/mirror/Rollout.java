package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.authority.PhaseChange;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.ProgressRecord;
import io.durableserver.backend.mirror.control.Standing;
import io.durableserver.backend.mirror.handover.HandoverRun;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.RolloutStatus;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.backend.mirror.walk.Backfill;
import io.durableserver.backend.mirror.walk.Verifier;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Walks a migration through its phases, {@link Phase shadow, backfill, verify, cut over, retire}, while servers run on all
 * nodes. It may be used on any node, and by several at a time: every change is one conditional write, and the operator that
 * comes second is told so. Nothing blocks; stages complete on any thread. They fail with a {@link NotAppliedException}
 * ({@code STORAGE_UNAVAILABLE} when a store does not answer, {@code NOT_READY} in a phase that does not allow it,
 * {@code FENCED} when another operator changed the rollout at the same time), or with
 * an {@link io.durableserver.OutcomeUnknownException} when a change may or may not have happened: look at {@link #status}.
 */
public final class Rollout {
    private static final Set<Phase> BEFORE_CUT_OVER = EnumSet.of(Phase.SHADOW, Phase.BACKFILL, Phase.VERIFY);

    private final Control control;
    private final StatusReader status;
    private final PhaseChange changes;
    private final AuthorityTransfer transfer;
    private final Verifier verifier;
    private final Function<Pace, Backfill> backfills;
    private final BiFunction<Side, Pace, HandoverRun> handovers;

    Rollout(
            Control control,
            StatusReader status,
            PhaseChange changes,
            AuthorityTransfer transfer,
            Verifier verifier,
            Function<Pace, Backfill> backfills,
            BiFunction<Side, Pace, HandoverRun> handovers) {
        this.control = control;
        this.status = status;
        this.changes = changes;
        this.transfer = transfer;
        this.verifier = verifier;
        this.backfills = backfills;
        this.handovers = handovers;
    }

    /** The status of the rollout. */
    public CompletionStage<RolloutStatus> status() {
        return status.read();
    }

    /**
     * Copies all records to the target: to {@link Phase#BACKFILL}, and at its end to {@link Phase#VERIFY}. A backfill that was
     * interrupted goes on where it stopped; call it again, on any node.
     */
    public CompletionStage<BackfillProgress> backfill(Pace pace) {
        return changes.change(BEFORE_CUT_OVER, Phase.BACKFILL)
                .thenCompose(begun -> backfills.apply(pace).run(true))
                .thenCompose(progress -> changes.change(EnumSet.of(Phase.BACKFILL, Phase.VERIFY), Phase.VERIFY)
                        .thenApply(verify -> progress));
    }

    /** How far the newest backfill is; empty before the first. */
    public CompletionStage<Optional<BackfillProgress>> backfillProgress() {
        return control.backfill()
                .thenApply(stored -> stored.map(Versioned::record).map(ProgressRecord::progress));
    }

    /** Compares all records, from the authority to its mirror, and changes nothing. */
    public CompletionStage<VerificationReport> verify(Pace pace) {
        return repair(Repair.NONE, pace);
    }

    /** Compares all records and repairs what differs. */
    public CompletionStage<VerificationReport> repair(Repair repair, Pace pace) {
        return Standing.read(control).thenCompose(now -> {
            Phase phase = now.phase();
            if (phase.paused() || !phase.mirrors()) {
                throw PhaseChange.refused(phase, EnumSet.complementOf(EnumSet.of(Phase.RETIRED)));
            }
            return verifier.verify(phase.holder(), repair, pace);
        });
    }

    /**
     * From {@link Phase#VERIFY} to {@link Phase#CUT_OVER}: makes sure that every node answers, compares all records and repairs
     * what is explained, stops all writes, waits until all nodes have mirrored what they wrote, and makes the target the
     * authority. Where anything stands in the way, the source keeps the authority.
     */
    public CompletionStage<Handover> cutOver(Pace pace) {
        return handovers.apply(Side.SOURCE, pace).run();
    }

    /** The way back, from {@link Phase#CUT_OVER} to {@link Phase#VERIFY}, with the same care. */
    public CompletionStage<Handover> rollBack(Pace pace) {
        return handovers.apply(Side.TARGET, pace).run();
    }

    /**
     * Gives the authority back to the store that had it before a pause, where the operator that began the pause is gone. Fails with
     * {@code NOT_READY} when there is no pause.
     */
    public CompletionStage<RolloutStatus> abort() {
        return transfer.giveBack().thenCompose(record -> status());
    }

    /**
     * From {@link Phase#CUT_OVER} to {@link Phase#RETIRED}: ends the mirroring. The source is not written any more, and read
     * only for servers that have not written since the cut-over. There is no way back. The source may be down. Then configure the
     * target alone.
     */
    public CompletionStage<RolloutStatus> retire() {
        return changes.change(EnumSet.of(Phase.CUT_OVER, Phase.RETIRED), Phase.RETIRED)
                .thenCompose(retired -> status());
    }
}

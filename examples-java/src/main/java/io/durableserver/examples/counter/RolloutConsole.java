package io.durableserver.examples.counter;

import io.durableserver.DurableServerException;
import io.durableserver.backend.mirror.Rollout;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What an operator says to a rollout, on any node: one line in, one line out. */
final class RolloutConsole {
    static final String COMMANDS =
            "rollout status | backfill | verify | repair | cut-over | roll-back | abort | retire";

    private static final long PATIENCE_MINUTES = 10;

    private final Rollout rollout;

    RolloutConsole(Rollout rollout) {
        this.rollout = rollout;
    }

    String answer(String command) {
        return switch (command) {
            case "status" -> status();
            case "backfill" -> backfilled(await(rollout.backfill(Pace.DEFAULT)));
            case "verify" -> compared(await(rollout.verify(Pace.DEFAULT)));
            case "repair" -> compared(await(rollout.repair(Repair.EXPLAINED, Pace.DEFAULT)));
            case "cut-over" -> handedOver(await(rollout.cutOver(Pace.DEFAULT)));
            case "roll-back" -> handedOver(await(rollout.rollBack(Pace.DEFAULT)));
            case "abort" -> "phase " + await(rollout.abort()).phase();
            case "retire" -> "phase " + await(rollout.retire()).phase();
            default -> throw new UsageException("expected " + COMMANDS);
        };
    }

    private String status() {
        var now = await(rollout.status());
        return "phase " + now.phase() + " pending=" + now.pending() + " lost=" + now.lost() + " silent=" + now.silent();
    }

    private static String backfilled(BackfillProgress progress) {
        return "backfilled seen=%d copied=%d equal=%d failed=%d"
                .formatted(progress.seen(), progress.copied(), progress.equal(), progress.failed());
    }

    private static String compared(VerificationReport report) {
        return "compared %d divergent=%d repaired=%d created=%d removed=%d %s"
                .formatted(
                        report.compared(),
                        report.divergent(),
                        report.repaired(),
                        report.created(),
                        report.removed(),
                        report.samples());
    }

    private static String handedOver(Handover end) {
        if (end instanceof Handover.Done done) {
            return "phase " + done.phase() + " pause-ms=" + done.pause().toMillis();
        }
        Handover.Refused refused = (Handover.Refused) end;
        return "refused " + refused.why() + " " + refused.detail();
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DurableServerException known) {
                throw known;
            }
            throw new IllegalStateException("The rollout failed", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("The rollout did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}

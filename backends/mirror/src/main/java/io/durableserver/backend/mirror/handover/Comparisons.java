package io.durableserver.backend.mirror.handover;

import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.backend.mirror.walk.Verifier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The comparisons before a handover. One is not enough: a listing may leave a key out, and what a repair did may rest on an
 * answer that was made up. So two in a row, apart in time, must find nothing to create or to remove.
 */
final class Comparisons {
    private static final int MAX = 6;

    private final Verifier verifier;
    private final Timers timers;
    private final Duration secondLook;
    private final Side giver;
    private final Pace pace;
    private final Supplier<CompletableFuture<Void>> between;

    /**
     * Nothing is compared yet.
     *
     * @param secondLook how far two comparisons are apart
     * @param between done before each comparison but the first
     */
    Comparisons(
            Verifier verifier,
            Timers timers,
            Duration secondLook,
            Side giver,
            Pace pace,
            Supplier<CompletableFuture<Void>> between) {
        this.verifier = verifier;
        this.timers = timers;
        this.secondLook = secondLook;
        this.giver = giver;
        this.pace = pace;
        this.between = between;
    }

    /** The stores differ, or are not known to be alike. */
    static final class Diverged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient VerificationReport report;
        final String detail;

        Diverged(VerificationReport report, String detail) {
            super(detail, null, false, false);
            this.report = report;
            this.detail = detail;
        }
    }

    /** The last of the comparisons; all repairs are in it. Fails with {@link Diverged}. */
    CompletableFuture<VerificationReport> run() {
        return run(1, false);
    }

    private CompletableFuture<VerificationReport> run(int number, boolean quietBefore) {
        long began = timers.nanoTime();
        return verifier.verify(giver, Repair.EXPLAINED, pace).thenCompose(report -> {
            throwUnlessClean(report);
            if (!restless(report) && quietBefore) {
                return CompletableFuture.completedFuture(report);
            }
            if (number == MAX) {
                throw new Diverged(
                        report,
                        "Each of " + MAX + " comparisons came to another end; the last one created " + report.created()
                                + " records of the mirror and removed " + report.removed()
                                + ": look at what stands between the nodes and the stores");
            }
            return apart(began)
                    .thenCompose(waited -> between.get())
                    .thenCompose(done -> run(number + 1, !restless(report)));
        });
    }

    /** Whether a repair has changed which keys the mirror has: another comparison must come before anything relies on that. */
    private static boolean restless(VerificationReport report) {
        return report.created() + report.removed() > 0;
    }

    static void throwUnlessClean(VerificationReport report) {
        if (!report.clean()) {
            throw new Diverged(report, report.divergent() + " keys differ");
        }
    }

    private CompletableFuture<Void> apart(long began) {
        return timers.after(timers.left(began + secondLook.toNanos()));
    }
}

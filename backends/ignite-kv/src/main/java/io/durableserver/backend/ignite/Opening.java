package io.durableserver.backend.ignite;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Waits for the cluster to become active and opens the cache then, without holding a thread meanwhile. */
final class Opening {
    private static final Duration POLL = Duration.ofMillis(100);

    private final RecordCache cache;
    private final Runnable whenOpen;
    private final Admission admission;
    private final Outcomes outcomes;
    private final Scheduler scheduler;
    private final Executor blocking;

    Opening(
            RecordCache cache,
            Runnable whenOpen,
            Admission admission,
            Outcomes outcomes,
            Scheduler scheduler,
            Executor blocking) {
        this.cache = cache;
        this.whenOpen = whenOpen;
        this.admission = admission;
        this.outcomes = outcomes;
        this.scheduler = scheduler;
        this.blocking = blocking;
    }

    void run() {
        if (!admission.closed()) {
            blocking.execute(this::attempt);
        }
    }

    private void attempt() {
        try {
            if (!cache.clusterActive()) {
                again();
                return;
            }
            cache.open();
            whenOpen.run();
            scheduler.internal().execute(admission::open);
        } catch (DurableServerException refused) {
            fail(refused);
        } catch (RuntimeException failure) {
            // An activation may be taken back while the cache is being opened.
            if (cache.clusterInactive()) {
                again();
            } else {
                fail(outcomes.unavailable(failure));
            }
        }
    }

    private void again() {
        if (admission.closed()) {
            fail(outcomes.notSent(Reason.NOT_READY, "The backend is closed"));
        } else {
            var unused = scheduler.schedule(POLL, this::run);
        }
    }

    private void fail(DurableServerException reason) {
        scheduler.internal().execute(() -> admission.fail(reason));
    }
}

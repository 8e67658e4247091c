package io.durableserver.backend.s3;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Looks for the bucket and probes the store, again and again until both are well: an operator may create the bucket, grant
 * what is missing, or start the store meanwhile. Each failed attempt fails the stage that waits for it, with what to fix.
 */
final class Opening {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final Bucket bucket;
    private final S3Config config;
    private final Supplier<String> probeObject;
    private final Admission admission;
    private final Outcomes outcomes;
    private final Waiting waiting;
    private final Executor blocking;
    private CompletableFuture<Void> attempt = new CompletableFuture<>();
    private int failures;

    Opening(
            Bucket bucket,
            S3Config config,
            Supplier<String> probeObject,
            Admission admission,
            Outcomes outcomes,
            Waiting waiting,
            Executor blocking) {
        this.bucket = bucket;
        this.config = config;
        this.probeObject = probeObject;
        this.admission = admission;
        this.outcomes = outcomes;
        this.waiting = waiting;
        this.blocking = blocking;
    }

    /** Ends with the attempt that is under way or comes next. */
    synchronized CompletionStage<Void> stage() {
        return attempt.minimalCompletionStage();
    }

    void run() {
        if (!admission.enterToOpen()) {
            closed();
            return;
        }
        try {
            blocking.execute(this::attempt);
        } catch (RejectedExecutionException closed) {
            admission.leave();
            closed();
        }
    }

    /** Nothing will open any more. */
    void closed() {
        CompletableFuture<Void> last;
        synchronized (this) {
            last = attempt;
        }
        last.completeExceptionally(outcomes.notSent(Reason.NOT_READY, "The backend is closed"));
    }

    private void attempt() {
        try {
            if (!bucket.exists(config.tuning().attemptTimeout())) {
                create();
            }
            bucket.use(new Probe(bucket, config, outcomes, probeObject.get()).run());
            admission.open();
            CompletableFuture<Void> last;
            synchronized (this) {
                last = attempt;
            }
            waiting.tell(() -> last.complete(null));
        } catch (Throwable failure) {
            // An error too, of the application's code or of a library: the callers that wait must learn of it.
            later(outcomes.notReady(failure));
        } finally {
            admission.leave();
        }
    }

    private void create() {
        if (!config.createBucket()) {
            throw outcomes.noBucket();
        }
        try {
            bucket.create(config.tuning().attemptTimeout());
        } catch (SdkException failure) {
            // Another node was faster.
            if (!StoreCode.of(failure).equals("BucketAlreadyOwnedByYou")) {
                throw failure;
            }
        }
    }

    private void later(DurableServerException reason) {
        admission.delayedBy(reason);
        CompletableFuture<Void> failed;
        Duration pause;
        synchronized (this) {
            failed = attempt;
            attempt = new CompletableFuture<>();
            pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures++, 6));
        }
        Duration bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        if (!waiting.pause(bounded, this::run)) {
            closed();
        }
        waiting.tell(() -> failed.completeExceptionally(reason));
    }
}

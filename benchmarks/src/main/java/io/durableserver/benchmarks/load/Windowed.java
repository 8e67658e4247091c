package io.durableserver.benchmarks.load;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

/** Asynchronous callers: one thread keeps a number of calls under way. Latency is sampled, as its closures cost. */
public final class Windowed {
    /** One asynchronous call. */
    @FunctionalInterface
    public interface Operation {
        /**
         * Begins a call.
         *
         * @param number counts the calls of the run
         */
        CompletionStage<?> begin(long number);
    }

    private static final int SAMPLE_EVERY = 64;

    private final Plan plan;
    private final int window;
    private final Operation operation;
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicHistogram latencies = new AtomicHistogram(3_600_000_000_000L, 3);
    private volatile Thread submitting = Thread.currentThread();
    private volatile long wakeAt = Long.MAX_VALUE;
    private volatile boolean measuring;
    private volatile boolean over;

    private Windowed(Plan plan, int window, Operation operation) {
        this.plan = plan;
        this.window = window;
        this.operation = operation;
    }

    /** Runs a warm-up and one pass, and waits until all calls have ended. */
    public static Measured run(Plan plan, int window, Operation operation) throws InterruptedException {
        return new Windowed(plan, window, operation).run();
    }

    private Measured run() throws InterruptedException {
        Thread submitter = new Thread(this::submit, "bench-submitter");
        submitting = submitter;
        submitter.start();
        Thread.sleep(plan.warmUp().toMillis());
        Usage before = plan.usage().get();
        long doneBefore = done.get();
        long started = System.nanoTime();
        measuring = true;
        Thread.sleep(plan.measure().toMillis());
        measuring = false;
        long nanos = System.nanoTime() - started;
        long operations = done.get() - doneBefore;
        Usage used = plan.usage().get().minus(before);
        over = true;
        submitter.join();
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("A call failed", thrown);
        }
        return new Measured(operations, nanos, latencies.copy(), used);
    }

    private void submit() {
        long issued = 0;
        while (!over) {
            if (issued - done.get() >= window) {
                awaitDone(issued - window / 2);
                continue;
            }
            boolean sampled = issued % SAMPLE_EVERY == 0;
            long started = sampled ? System.nanoTime() : 0;
            CompletionStage<?> stage = operation.begin(issued++);
            if (sampled) {
                var unused = stage.whenComplete((value, thrown) -> {
                    if (measuring) {
                        latencies.recordValue(System.nanoTime() - started);
                    }
                    ended(thrown);
                });
            } else {
                var unused = stage.whenComplete((value, thrown) -> ended(thrown));
            }
        }
        awaitDone(issued);
    }

    private void awaitDone(long target) {
        while (done.get() < target) {
            wakeAt = target;
            if (done.get() < target) {
                LockSupport.parkNanos(this, 10_000_000);
            }
        }
        wakeAt = Long.MAX_VALUE;
    }

    private void ended(@Nullable Throwable thrown) {
        if (thrown != null) {
            failure.compareAndSet(null, thrown);
        }
        if (done.incrementAndGet() == wakeAt) {
            LockSupport.unpark(submitting);
        }
    }
}

package io.durableserver.benchmarks.load;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

/** Asynchronous callers without threads: each begins its next call in the completion of the last. */
public final class Chained {
    /** One call of one caller. */
    @FunctionalInterface
    public interface Operation {
        /**
         * Begins a call.
         *
         * @param caller 0 to callers - 1
         * @param number counts the caller's calls
         */
        CompletionStage<?> begin(int caller, long number);
    }

    private static final int SAMPLE_EVERY = 16;

    private final Plan plan;
    private final Operation operation;
    private final LongAdder done = new LongAdder();
    private final AtomicHistogram latencies = new AtomicHistogram(3_600_000_000_000L, 3);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended;
    private volatile boolean measuring;
    private volatile boolean over;

    private Chained(Plan plan, int callers, Operation operation) {
        this.plan = plan;
        this.operation = operation;
        this.ended = new CountDownLatch(callers);
    }

    /** Runs a warm-up and one pass, and waits until all calls have ended. */
    public static Measured run(Plan plan, int callers, Operation operation) throws InterruptedException {
        return new Chained(plan, callers, operation).run(callers);
    }

    private Measured run(int callers) throws InterruptedException {
        for (int caller = 0; caller < callers; caller++) {
            next(caller, 0);
        }
        Thread.sleep(plan.warmUp().toMillis());
        Usage before = plan.usage().get();
        long doneBefore = done.sum();
        long started = System.nanoTime();
        measuring = true;
        Thread.sleep(plan.measure().toMillis());
        measuring = false;
        long nanos = System.nanoTime() - started;
        long operations = done.sum() - doneBefore;
        Usage used = plan.usage().get().minus(before);
        over = true;
        ended.await();
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("A call failed", thrown);
        }
        return new Measured(operations, nanos, latencies.copy(), used);
    }

    private void next(int caller, long number) {
        if (over) {
            ended.countDown();
            return;
        }
        boolean sampled = number % SAMPLE_EVERY == 0;
        long started = sampled ? System.nanoTime() : 0;
        var unused = operation.begin(caller, number).whenComplete((value, thrown) -> {
            if (thrown != null) {
                failure.compareAndSet(null, thrown);
                ended.countDown();
                return;
            }
            if (sampled && measuring) {
                latencies.recordValue(System.nanoTime() - started);
            }
            done.increment();
            next(caller, number + 1);
        });
    }
}

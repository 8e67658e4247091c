package io.durableserver.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Blocking callers, each with a thread: the next call begins when the last has ended. */
public final class ClosedLoop {
    /** One call of one caller. */
    @FunctionalInterface
    public interface Operation {
        /**
         * Calls and waits.
         *
         * @param caller 0 to callers - 1
         * @param number counts the caller's calls
         */
        void run(int caller, long number) throws Exception;
    }

    private static final class Caller {
        final Histogram latencies = new Histogram(3_600_000_000_000L, 3);
        volatile long done;
    }

    private final Plan plan;
    private final Operation operation;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Phaser phase = new Phaser(1);
    private volatile boolean measuring;
    private volatile boolean over;

    private ClosedLoop(Plan plan, Operation operation) {
        this.plan = plan;
        this.operation = operation;
    }

    /** Runs a warm-up and one pass. */
    public static Measured run(Plan plan, int callers, Operation operation) throws InterruptedException {
        return new ClosedLoop(plan, operation).run(callers);
    }

    private Measured run(int count) throws InterruptedException {
        List<Caller> callers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        phase.bulkRegister(count);
        for (int i = 0; i < count; i++) {
            int index = i;
            Caller caller = new Caller();
            callers.add(caller);
            Thread thread = new Thread(() -> loop(caller, index), "bench-caller-" + i);
            thread.start();
            threads.add(thread);
        }
        Thread.sleep(plan.warmUp().toMillis());
        Usage before = plan.usage().get();
        long doneBefore = sum(callers);
        long started = System.nanoTime();
        measuring = true;
        Thread.sleep(plan.measure().toMillis());
        measuring = false;
        long nanos = System.nanoTime() - started;
        long done = sum(callers) - doneBefore;
        // The callers still live: what they allocated is in the books.
        Usage used = plan.usage().get().minus(before);
        over = true;
        phase.arriveAndDeregister();
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("A caller failed", thrown);
        }
        Histogram all = new Histogram(3_600_000_000_000L, 3);
        callers.forEach(caller -> all.add(caller.latencies));
        return new Measured(done, nanos, all, used);
    }

    private static long sum(List<Caller> callers) {
        return callers.stream().mapToLong(caller -> caller.done).sum();
    }

    private void loop(Caller caller, int index) {
        try {
            long number = 0;
            while (!over) {
                long started = System.nanoTime();
                operation.run(index, number++);
                if (measuring) {
                    caller.latencies.recordValue(System.nanoTime() - started);
                }
                caller.done = number;
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        } finally {
            phase.arriveAndAwaitAdvance();
        }
    }
}

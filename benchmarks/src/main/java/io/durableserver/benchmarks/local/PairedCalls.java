package io.durableserver.benchmarks.local;

import io.durableserver.Call;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.node.Counter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Batches of calls to a counter that take turns with batches of others. A call that is lost is an error. */
final class PairedCalls {
    /** Calls in a batch. */
    static final int BATCH = 2_000;

    private static final int PAIRS = 200;
    private static final int QUICK_PAIRS = 10;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * A way to add 1 to a counter.
     *
     * @param counter answers {@link Counter.Get} as well
     */
    record Way(ServerRef counter, Call<Long> increment) {}

    private final int pairs;

    PairedCalls(boolean quick) {
        this.pairs = quick ? QUICK_PAIRS : PAIRS;
    }

    /** Calls that this thread waits for, and mostly runs itself: its CPU time counts. */
    PairedBatches inPlace(Way plain, Way other) {
        return calls(THREADS::getCurrentThreadCpuTime, plain, other, way -> {
            for (int i = 0; i < BATCH; i++) {
                way.counter().call(way.increment());
            }
        });
    }

    /** Calls that are sent at once and run by the node's threads: the CPU time of all threads counts. */
    PairedBatches handedOver(Way plain, Way other) {
        return calls(PairedCalls::allThreads, plain, other, way -> {
            List<CompletionStage<Long>> calls = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                calls.add(way.counter().callAsync(way.increment()));
            }
            calls.forEach(call -> call.toCompletableFuture().join());
        });
    }

    /** Batches of {@link #BATCH} of something else: the CPU time of all threads counts. */
    PairedBatches others(Runnable plain, Runnable other) {
        return PairedBatches.measure(pairs, BATCH, PairedCalls::allThreads, plain, other);
    }

    private PairedBatches calls(LongSupplier clock, Way plain, Way other, Consumer<Way> batch) {
        long before = sum(plain, other);
        PairedBatches batches =
                PairedBatches.measure(pairs, BATCH, clock, () -> batch.accept(plain), () -> batch.accept(other));
        long counted = sum(plain, other) - before;
        long made = 4L * pairs * BATCH; // two ways, and as many that do not count
        if (counted != made) {
            throw new IllegalStateException("The counters went up by " + counted + " after " + made + " calls");
        }
        return batches;
    }

    private static long sum(Way plain, Way other) {
        return Stream.of(plain.counter(), other.counter())
                .distinct()
                .mapToLong(counter -> counter.call(new Counter.Get()))
                .sum();
    }

    /** CPU time of the threads that live; the clock of the process is too coarse for a batch. */
    private static long allThreads() {
        long sum = 0;
        for (long thread : THREADS.getAllThreadIds()) {
            sum += Math.max(0, THREADS.getThreadCpuTime(thread));
        }
        return sum;
    }
}

package io.durableserver.benchmarks.local;

import io.durableserver.Call;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import io.durableserver.benchmarks.report.Row;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a handler costs that returns a stage which is done already, against the plain handler that does the same. Batches of the
 * two take turns, and the median of their differences counts.
 */
final class OpenTurnCost {
    private static final int PAIRS = 200;
    private static final int QUICK_PAIRS = 10;
    private static final int BATCH = 2_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int pairs;
    private final Consumer<Row> rows;
    private long expected;

    private OpenTurnCost(boolean quick, Consumer<Row> rows) {
        this.pairs = quick ? QUICK_PAIRS : PAIRS;
        this.rows = rows;
    }

    /** Measures; returns the microseconds that a done stage adds to a call, in place and handed over. */
    static double[] micros(boolean quick, Consumer<Row> rows) {
        OpenTurnCost cost = new OpenTurnCost(quick, rows);
        try (SoloNode node = new SoloNode()) {
            ServerRef inPlace = node.countersInPlace(1)[0];
            double near = cost.difference(
                    "stage that is done, in place", LocalSuite.IN_PLACE, THREADS::getCurrentThreadCpuTime, message -> {
                        for (int i = 0; i < BATCH; i++) {
                            inPlace.call(message);
                        }
                    });
            cost.checkSum(inPlace);
            ServerRef handedOver = node.counters(1)[0];
            double far = cost.difference(
                    "stage that is done, handed over", LocalSuite.OURS, OpenTurnCost::allThreads, message -> {
                        List<CompletionStage<Long>> calls = new ArrayList<>(BATCH);
                        for (int i = 0; i < BATCH; i++) {
                            calls.add(handedOver.callAsync(message));
                        }
                        calls.forEach(call -> call.toCompletableFuture().join());
                    });
            cost.checkSum(handedOver);
            return new double[] {near, far};
        }
    }

    /** CPU time of the threads that live; the clock of the process is too coarse for a batch. */
    private static long allThreads() {
        long sum = 0;
        for (long thread : THREADS.getAllThreadIds()) {
            sum += Math.max(0, THREADS.getThreadCpuTime(thread));
        }
        return sum;
    }

    private void checkSum(ServerRef counter) {
        long sum = counter.call(new Counter.Get());
        if (sum != expected) {
            throw new IllegalStateException("The counter is at " + sum + " after " + expected + " increments");
        }
        expected = 0;
    }

    private double difference(String scenario, String subject, LongSupplier clock, Consumer<Call<Long>> batch) {
        PairedBatches batches = PairedBatches.measure(
                pairs,
                BATCH,
                clock,
                () -> run(batch, new Counter.Increment(1)),
                () -> run(batch, new Counter.IncrementAsync(1)));
        rows.accept(batches.other(scenario, subject + ", callAsync handler"));
        rows.accept(batches.plain(scenario, subject + ", plain handler"));
        return batches.microsMore();
    }

    private void run(Consumer<Call<Long>> batch, Call<Long> message) {
        expected += BATCH;
        batch.accept(message);
    }
}

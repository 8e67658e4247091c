package io.durableserver.benchmarks.local;

import io.durableserver.Call;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import io.durableserver.benchmarks.report.Machine;
import io.durableserver.benchmarks.report.Row;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
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
        Call<Long> plain = new Counter.Increment(1);
        Call<Long> staged = new Counter.IncrementAsync(1);
        for (int i = 0; i < pairs; i++) {
            nanos(clock, batch, plain);
            nanos(clock, batch, staged);
        }
        long[] plains = new long[pairs];
        long[] stages = new long[pairs];
        long[] differences = new long[pairs];
        for (int i = 0; i < pairs; i++) {
            boolean plainFirst = i % 2 == 0;
            long first = nanos(clock, batch, plainFirst ? plain : staged);
            long second = nanos(clock, batch, plainFirst ? staged : plain);
            plains[i] = plainFirst ? first : second;
            stages[i] = plainFirst ? second : first;
            differences[i] = stages[i] - plains[i];
        }
        rows.accept(row(scenario, subject + ", callAsync handler", stages));
        rows.accept(row(scenario, subject + ", plain handler", plains));
        return median(differences) / 1e3 / BATCH;
    }

    private long nanos(LongSupplier clock, Consumer<Call<Long>> batch, Call<Long> message) {
        expected += BATCH;
        long before = clock.getAsLong();
        batch.accept(message);
        return clock.getAsLong() - before;
    }

    private static double median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Row row(String scenario, String subject, long[] batches) {
        double micros = median(batches) / 1e3 / BATCH;
        double none = Double.NaN;
        long operations = (long) batches.length * BATCH;
        return new Row(scenario, subject, operations, none, none, none, micros, none, Machine.load());
    }
}

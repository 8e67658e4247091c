package io.durableserver.benchmarks.local;

import io.durableserver.benchmarks.report.Machine;
import io.durableserver.benchmarks.report.Row;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongSupplier;

/**
 * Batches of two subjects that took turns, each first in half of the pairs: what one costs more than the other, whatever else the
 * machine did meanwhile. Medians count.
 */
final class PairedBatches {
    private final int batch;
    private final long[] plain;
    private final long[] other;

    private PairedBatches(int batch, int pairs) {
        this.batch = batch;
        this.plain = new long[pairs];
        this.other = new long[pairs];
    }

    /**
     * Measures, after as many pairs that do not count.
     *
     * @param batch operations in a batch
     * @param clock CPU time in nanoseconds
     */
    static PairedBatches measure(int pairs, int batch, LongSupplier clock, Runnable plain, Runnable other) {
        for (int i = 0; i < pairs; i++) {
            plain.run();
            other.run();
        }
        PairedBatches batches = new PairedBatches(batch, pairs);
        for (int i = 0; i < pairs; i++) {
            if (i % 2 == 0) {
                batches.plain[i] = nanos(clock, plain);
                batches.other[i] = nanos(clock, other);
            } else {
                batches.other[i] = nanos(clock, other);
                batches.plain[i] = nanos(clock, plain);
            }
        }
        return batches;
    }

    private static long nanos(LongSupplier clock, Runnable batch) {
        long before = clock.getAsLong();
        batch.run();
        return clock.getAsLong() - before;
    }

    /** What the other subject costs, in costs of the plain one. */
    double ratio() {
        return median(i -> (double) other[i] / plain[i]);
    }

    /** Microseconds that an operation of the other subject costs more. */
    double microsMore() {
        return median(i -> other[i] - plain[i]) / 1e3 / batch;
    }

    Row plain(String scenario, String subject) {
        return row(scenario, subject, median(i -> plain[i]));
    }

    Row other(String scenario, String subject) {
        return row(scenario, subject, median(i -> other[i]));
    }

    private double median(IntToDoubleFunction of) {
        double[] sorted = new double[plain.length];
        Arrays.setAll(sorted, of);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private Row row(String scenario, String subject, double nanos) {
        double micros = nanos / 1e3 / batch;
        double none = Double.NaN;
        long operations = (long) plain.length * batch;
        return new Row(scenario, subject, operations, none, none, none, micros, none, Machine.load());
    }
}

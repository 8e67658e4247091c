package io.durableserver.benchmarks.load;

import io.durableserver.benchmarks.report.Machine;
import io.durableserver.benchmarks.report.Row;
import org.HdrHistogram.Histogram;

/**
 * What a driver measured. Passes of one subject add up.
 *
 * @param operations that ended in the measured time
 * @param nanos the measured time
 * @param latencies in nanoseconds
 * @param usage of all processes in that time
 */
public record Measured(long operations, long nanos, Histogram latencies, Usage usage) {
    /** Both passes as one. */
    public Measured plus(Measured other) {
        Histogram both = latencies.copy();
        both.add(other.latencies);
        return new Measured(operations + other.operations, nanos + other.nanos, both, usage.plus(other.usage));
    }

    public double perSecond() {
        return operations * 1e9 / nanos;
    }

    /** Latency in microseconds at a percentile; NaN when nothing was recorded. */
    public double micros(double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }

    public double cpuMicros() {
        return usage.cpuNanos() / 1e3 / operations;
    }

    /** As a row of a report. */
    public Row row(String scenario, String subject) {
        return new Row(
                scenario,
                subject,
                operations,
                perSecond(),
                micros(50),
                micros(99),
                cpuMicros(),
                // Threads that ended took their count with them: then it is unknown.
                usage.bytes() < 0 ? Double.NaN : (double) usage.bytes() / operations,
                Machine.load());
    }
}

package io.durableserver.benchmarks.local;

import io.durableserver.benchmarks.load.Usage;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** CPU time of the whole process per operation: a call that wakes another thread costs that thread's time too. */
public final class CpuProfiler implements InternalProfiler {
    static final String CPU = "cpu.micros";

    private long before;

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = Usage.here().cpuNanos();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long used = Usage.here().cpuNanos() - before;
        double perOperation = used / 1e3 / result.getMetadata().getAllOps();
        return List.of(new ScalarResult(CPU, perOperation, "us/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "CPU time of the process per operation";
    }
}

package io.durableserver.benchmarks.local;

import io.durableserver.benchmarks.report.Machine;
import io.durableserver.benchmarks.report.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks and turns their results into rows. */
final class JmhRows {
    private static final Map<String, String> SUBJECTS = Map.of(
            "durableServer",
            LocalSuite.OURS,
            "durableServerInPlace",
            LocalSuite.IN_PLACE,
            "lockedMap",
            "limit: map + synchronized",
            "submitAndGet",
            "peer: executor submit + get");

    private JmhRows() {}

    static List<Row> run(boolean quick, Path log) throws RunnerException {
        // The lock is one per machine, and a smoke test must not fail because somebody else measures.
        System.setProperty("jmh.ignoreLock", "true");
        var results = new Runner(new OptionsBuilder()
                        .include(IdleCallBenchmark.class.getName())
                        .forks(1)
                        .threads(1)
                        .warmupIterations(quick ? 1 : 3)
                        .warmupTime(TimeValue.milliseconds(quick ? 300 : 1_500))
                        .measurementIterations(quick ? 1 : 3)
                        .measurementTime(TimeValue.milliseconds(quick ? 300 : 2_000))
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuProfiler.class)
                        .jvmArgsAppend("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
                        .verbosity(VerboseMode.NORMAL)
                        .output(log.toString())
                        .build())
                .run();
        List<Row> rows = new ArrayList<>();
        for (RunResult result : results) {
            var primary = result.getPrimaryResult();
            String name = primary.getLabel();
            double mean = primary.getScore();
            rows.add(new Row(
                    "1 caller, idle server",
                    SUBJECTS.getOrDefault(name, name),
                    primary.getSampleCount(),
                    1e6 / mean,
                    primary.getStatistics().getPercentile(50),
                    primary.getStatistics().getPercentile(99),
                    secondary(result, CpuProfiler.CPU),
                    secondary(result, "gc.alloc.rate.norm"),
                    Machine.load()));
        }
        return rows;
    }

    private static double secondary(RunResult run, String name) {
        for (Map.Entry<String, ?> entry : run.getSecondaryResults().entrySet()) {
            if (entry.getKey().endsWith(name) && entry.getValue() instanceof Result<?> result) {
                return result.getScore();
            }
        }
        return Double.NaN;
    }
}

package io.durableserver.benchmarks;

import io.durableserver.benchmarks.local.LocalSuite;
import io.durableserver.benchmarks.report.Report;
import java.nio.file.Path;
import java.util.List;

/** Runs one suite: {@code local}, {@code remote}, {@code durable}, {@code memory}, {@code s3} or {@code backfill}, perhaps {@code --quick}. */
public final class Main {
    private Main() {}

    /** Exit status 0 when it ran and all sums are exact; missed goals are shown, not punished. */
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        boolean quick = words.contains("--quick");
        List<String> suites =
                words.stream().filter(word -> !word.equals("--quick")).toList();
        if (suites.size() != 1) {
            System.err.println("Usage: run.sh local|remote|durable|memory|s3|backfill [--quick]");
            System.exit(2);
        }
        Path results = Path.of(System.getProperty("bench.root", "."), "benchmarks", "target", "results");
        Report report = run(suites.get(0), quick, results.resolve("logs"));
        System.out.println(report.markdown());
        System.out.println("JSON: " + report.write(results));
        System.exit(report.isSound() ? 0 : 1);
    }

    static Report run(String suite, boolean quick, Path logs) throws Exception {
        return switch (suite) {
            case "local" -> LocalSuite.run(quick, logs);
            case "remote" -> RemoteSuite.run(quick, logs);
            case "durable" -> DurableSuite.run(quick, logs);
            case "memory" -> MemorySuite.run(quick, logs);
            case "s3" -> S3Suite.run(quick);
            case "backfill" -> BackfillSuite.run(quick, logs);
            default ->
                throw new IllegalArgumentException(
                        "No suite " + suite + ": local, remote, durable, memory, s3 or backfill");
        };
    }
}

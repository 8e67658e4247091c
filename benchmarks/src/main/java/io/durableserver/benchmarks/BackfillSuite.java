package io.durableserver.benchmarks;

import io.durableserver.benchmarks.node.ChildJvm;
import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Machine;
import io.durableserver.benchmarks.report.Report;
import io.durableserver.benchmarks.report.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Copies many records from store to store in a JVM whose whole heap is what a backfill may take. */
final class BackfillSuite {
    private static final String HEAP = "-Xmx64m";

    private BackfillSuite() {}

    static Report run(boolean quick, Path logs) throws IOException {
        Files.createDirectories(logs);
        Report report = new Report("backfill", quick);
        int records = quick ? 5_000 : 100_000;
        String[] numbers;
        try (ChildJvm child = ChildJvm.start(
                List.of(HEAP),
                BackfillProcess.class,
                List.of(Integer.toString(records)),
                logs.resolve("backfill.log"))) {
            numbers = child.answer().split(" ", -1);
        }
        long copied = Long.parseLong(numbers[0]);
        double seconds = Long.parseLong(numbers[1]) / 1e9;
        double peak = Long.parseLong(numbers[2]) / (double) (1 << 20);
        double none = Double.NaN;
        report.add(new Row(
                "backfill of %,d records of 1 KiB".formatted(records),
                "Mirror, " + HEAP,
                copied,
                copied / seconds,
                none,
                none,
                Long.parseLong(numbers[3]) / 1e3 / copied,
                none,
                Machine.load()));
        report.check(Check.exactly("records copied", copied, records));
        report.check(Check.atMost("MiB of heap that live through a collection, at most", peak, 64));
        report.note("Source and target take no heap: the source makes its records, the target counts them.");
        return report;
    }
}

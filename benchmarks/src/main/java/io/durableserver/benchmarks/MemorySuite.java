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

/** What an idle server and an open turn cost in heap. */
final class MemorySuite {
    private static final double MIB = 1 << 20;

    private MemorySuite() {}

    static Report run(boolean quick, Path logs) throws IOException {
        Files.createDirectories(logs);
        Report report = new Report("memory", quick);
        int servers = quick ? 5_000 : 100_000;
        Path log = logs.resolve("memory.log");
        double[] bytes = new double[8];
        List<String> flags = List.of("-Xmx1g");
        List<String> arguments = List.of(Integer.toString(servers));
        try (ChildJvm child = ChildJvm.start(flags, MemoryProcess.class, arguments, log)) {
            String[] numbers = child.answer().split(" ", -1);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = Double.parseDouble(numbers[i]);
            }
        }
        String scenario = String.format("%,d idle servers", servers);
        row(report, scenario, "limit: user state in a map", servers, bytes[0]);
        row(report, scenario, "DurableServer, runtime only", servers, bytes[1]);
        row(report, scenario, "DurableServer, after 1 async call each", servers, bytes[2]);
        row(report, scenario, "its directory rows, as a map in the heap", servers, bytes[3]);
        row(report, scenario, "its records, as a map in the heap", servers, bytes[4]);
        String turns = String.format("%,d open turns", servers);
        row(report, turns, "DurableServer, each with the stage that its caller holds", servers, bytes[5]);
        report.check(Check.atMost("bytes per open turn, beyond its idle server", bytes[5] / servers, 1_024));
        report.check(Check.atMost("threads that open turns hold", bytes[6], 0));
        report.check(Check.exactly("open turns that ended before they were released", (long) bytes[7], 0));
        report.check(Check.atMost("bytes per idle server beyond its state", (bytes[1] - bytes[0]) / servers, 2_048));
        report.check(Check.atMost(
                "the same after each took a message from its mailbox", (bytes[2] - bytes[0]) / servers, 2_048));
        report.check(Check.atMost("MiB in all, after mail", bytes[2] / MIB, 400));
        report.note("B/op is heap after full collections, per server. Records and directory rows were dropped before"
                + " the runtime was measured; on Ignite both lie outside the heap.");
        return report;
    }

    private static void row(Report report, String scenario, String subject, int servers, double bytes) {
        double none = Double.NaN;
        report.add(new Row(scenario, subject, servers, none, none, none, none, bytes / servers, Machine.load()));
    }
}

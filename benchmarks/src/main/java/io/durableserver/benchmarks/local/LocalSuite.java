package io.durableserver.benchmarks.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.durableserver.benchmarks.node.ChildJvm;
import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Report;
import io.durableserver.benchmarks.report.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** Calls inside one JVM, without a sync. */
public final class LocalSuite {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Turns are handed over to the node's threads: what a type gets unless it says otherwise. */
    static final String OURS = "DurableServer";
    /** Turns run on the caller's own thread when the server is idle. */
    static final String IN_PLACE = "DurableServer, in place";
    /** Without an executor for stages; not how it is, but what that executor costs. */
    static final String NO_EXECUTOR = "limit: stages end on the turn's thread";

    /** 0.6 times what Hazelcast's entry processor took for the same on this kind of machine, 26 us at best. */
    private static final double PEER_MICROS = 16;

    /** Compiled after this one. */
    private static final String KOTLIN = "io.durableserver.benchmarks.local.KotlinProcess";

    private LocalSuite() {}

    /** Measures. */
    public static Report run(boolean quick, Path logs) throws IOException, RunnerException {
        Files.createDirectories(logs);
        Report report = new Report("local", quick);
        for (Row row : JmhRows.run(quick, logs.resolve("jmh.log"))) {
            report.add(row);
            if (row.subject().equals(IN_PLACE)) {
                report.check(Check.atMost("idle server in place, p50 us", row.p50Micros(), 1));
            } else if (row.subject().equals(OURS)) {
                report.check(Check.atMost("idle server, p50 us", row.p50Micros(), PEER_MICROS));
            }
        }
        jvm(report, quick, "no flags", List.of(), logs);
        jvm(report, quick, "2 processors", List.of("-XX:ActiveProcessorCount=2"), logs);
        List<String> kotlin = List.of(Boolean.toString(quick));
        told(report, ChildJvm.start(List.of("-Xmx1g"), KOTLIN, kotlin, logs.resolve("local-kotlin.log")));
        report.note("Store in this JVM's heap, no Ignite. Latency of async rows includes the wait in the window.");
        return report;
    }

    private static void jvm(Report report, boolean quick, String name, List<String> flags, Path logs)
            throws IOException {
        Path log = logs.resolve("local-" + name.replace(' ', '-') + ".log");
        List<String> arguments = List.of(name, Boolean.toString(quick));
        told(report, ChildJvm.start(flags, LocalProcess.class, arguments, log));
    }

    /** Takes the rows and checks of a child, and ends it. */
    private static void told(Report report, ChildJvm started) throws IOException {
        try (ChildJvm child = started) {
            for (String answer = child.answer(); !answer.equals("end"); answer = child.answer()) {
                if (answer.startsWith("row ")) {
                    goals(report, report.add(JSON.readValue(answer.substring(4), Row.class)));
                } else if (answer.startsWith("check ")) {
                    report.check(JSON.readValue(answer.substring(6), Check.class));
                }
            }
        }
    }

    private static void goals(Report report, Row row) {
        boolean inPlace = row.subject().equals(IN_PLACE);
        if (!inPlace && !row.subject().equals(OURS)) {
            return;
        }
        if (row.scenario().startsWith("64 callers")) {
            report.check(Check.atMost(
                    row.scenario() + (inPlace ? " in place" : "") + ": CPU us/call",
                    row.cpuMicros(),
                    inPlace ? 4 : 10));
        } else if (row.scenario().startsWith("64 async callers")) {
            report.check(Check.atMost(row.scenario() + ": CPU us/call", row.cpuMicros(), 4));
        } else if (row.scenario().startsWith("async, one server")) {
            report.check(Check.atLeast(row.scenario() + ": calls/s", row.perSecond(), 2_000_000));
        }
    }
}

package io.durableserver.benchmarks;

import io.durableserver.ServerRef;
import io.durableserver.benchmarks.load.ClosedLoop;
import io.durableserver.benchmarks.load.Measured;
import io.durableserver.benchmarks.load.Plan;
import io.durableserver.benchmarks.load.Windowed;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.Grid;
import io.durableserver.benchmarks.node.GridNode;
import io.durableserver.benchmarks.node.RawMessages;
import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Report;
import io.durableserver.benchmarks.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Calls between two JVMs on loopback, without a sync, beside the Ignite messages they travel in. */
final class RemoteSuite {
    private static final int CALLERS = 64;
    private static final int KEYS = 64;
    /** Each subject has the window that is best for it; with 4,096 plain messages under way Ignite stalls for a second at times. */
    private static final int WINDOW = 4_096;

    private static final int RAW_WINDOW = 256;

    private static final String OURS = "DurableServer";
    private static final String ORDERED = "limit: IgniteMessaging, ordered";
    private static final String PLAIN = "peer: IgniteMessaging, unordered";

    private final Report report;
    private final Plan plan;
    private final int passes;
    private final List<ServerRef> servers;
    private final RawMessages raw;
    private final AtomicLong calls = new AtomicLong();

    private RemoteSuite(boolean quick, Report report, Grid grid) {
        this.report = report;
        this.plan = Plan.of(quick, grid::usage);
        this.passes = quick ? 1 : 2;
        this.servers = grid.counters("remote", KEYS, Grid.Where.THERE);
        this.raw = new RawMessages(grid.here().ignite());
    }

    static Report run(boolean quick, Path logs) throws IOException, InterruptedException {
        Report report = new Report("remote", quick);
        try (Grid grid = Grid.start(GridNode.Store.HEAP, logs)) {
            RemoteSuite suite = new RemoteSuite(quick, report, grid);
            suite.warmUp();
            // Heavy loads first: one caller alone would be over before the JVMs have compiled its way.
            suite.concurrent();
            suite.windowed();
            suite.blocking(CALLERS);
            suite.blocking(1);
            long sum = 0;
            for (ServerRef server : suite.servers) {
                sum += server.call(new Counter.Get());
            }
            report.check(Check.exactly("sum of counters", sum, suite.calls.get()));
        }
        report.note("All servers are on the other node. Passes of the subjects alternate and add up.");
        report.note("Raw messages carry 128 bytes each way.");
        report.note(
                "A blocking caller is a thread that parks and is woken for each call; the local suite's submit + get"
                        + " shows what that alone costs here.");
        return report;
    }

    /** All subjects, unmeasured. Here the compilers take a tenth of the CPU for longer than elsewhere, until 40 s of load. */
    private void warmUp() throws InterruptedException {
        Plan warming = plan.warmingUp(plan.warmUp().multipliedBy(3));
        windowed(warming);
        blocking(warming, CALLERS);
    }

    private CompletionStage<Long> increment(long number) {
        calls.incrementAndGet();
        return server(number).callAsync(new Counter.Increment(1));
    }

    private void blocking(int callers) throws InterruptedException {
        String scenario = callers == 1 ? "1 blocking caller" : callers + " blocking callers";
        Measured[] ends = blocking(plan, callers);
        Row ours = report.add(ends[0].row(scenario, OURS));
        Row ordered = report.add(ends[1].row(scenario, ORDERED));
        report.add(ends[2].row(scenario, PLAIN));
        if (callers == 1) {
            report.check(Check.atMost("p50 / p50 of the raw path", ours.p50Micros() / ordered.p50Micros(), 1.5));
        } else {
            cpu(scenario, ours);
        }
    }

    private Measured[] blocking(Plan load, int callers) throws InterruptedException {
        return Passes.alternate(
                passes,
                () -> ClosedLoop.run(load, callers, (caller, number) -> {
                    calls.incrementAndGet();
                    server(caller + number * callers).call(new Counter.Increment(1));
                }),
                () -> ClosedLoop.run(
                        load, callers, (caller, number) -> raw.ordered().get()),
                () -> ClosedLoop.run(
                        load, callers, (caller, number) -> raw.plain().get()));
    }

    /** As many calls at a time as the blocking callers make, without a thread each to park and to wake. */
    private void concurrent() throws InterruptedException {
        String scenario = CALLERS + " asynchronous callers";
        Measured[] ends = Passes.alternate(
                passes,
                () -> Windowed.run(plan, CALLERS, this::increment),
                () -> Windowed.run(plan, CALLERS, number -> raw.ordered()));
        Row ours = report.add(ends[0].row(scenario, OURS));
        report.add(ends[1].row(scenario, ORDERED));
        cpu(scenario, ours);
    }

    private void cpu(String scenario, Row ours) {
        report.check(Check.atMost(scenario + ": CPU us/call, both JVMs", ours.cpuMicros(), 20));
    }

    private void windowed() throws InterruptedException {
        String scenario = "async, window " + WINDOW + " (raw: " + RAW_WINDOW + ")";
        Measured[] ends = windowed(plan);
        Row ours = report.add(ends[0].row(scenario, OURS));
        Row ordered = report.add(ends[1].row(scenario, ORDERED));
        Row plain = report.add(ends[2].row(scenario, PLAIN));
        double best = Math.max(ordered.perSecond(), plain.perSecond());
        report.check(Check.atLeast("windowed calls/s / best one-message-per-call", ours.perSecond() / best, 2));
    }

    private Measured[] windowed(Plan load) throws InterruptedException {
        return Passes.alternate(
                passes,
                () -> Windowed.run(load, WINDOW, this::increment),
                () -> Windowed.run(load, RAW_WINDOW, number -> raw.ordered()),
                () -> Windowed.run(load, RAW_WINDOW, number -> raw.plain()));
    }

    private ServerRef server(long number) {
        return servers.get((int) (number % KEYS));
    }
}

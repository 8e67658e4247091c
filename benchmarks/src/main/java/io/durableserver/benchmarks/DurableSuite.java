package io.durableserver.benchmarks;

import io.durableserver.ServerInfo;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.load.ClosedLoop;
import io.durableserver.benchmarks.load.Measured;
import io.durableserver.benchmarks.load.Plan;
import io.durableserver.benchmarks.load.Windowed;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.Grid;
import io.durableserver.benchmarks.node.GridNode;
import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Report;
import io.durableserver.benchmarks.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Strict increments on Ignite KV, two JVMs, one backup, beside the conditional writes they rest on. */
final class DurableSuite {
    private static final int CALLERS = 512;
    /** With 512 invokes under way Ignite stalls for a second at times: the limit is measured at its best. */
    private static final int RAW_WINDOW = 128;

    private static final String OURS = "DurableServer, strict";
    private static final String RAW = "limit: plain Ignite, conditional invoke";

    /** Stands before the names of the scenarios. */
    private final String mode;

    private final Report report;
    private final Grid grid;
    private final Plan plan;
    private final int passes;
    private final RawRecords raw;
    private final List<ServerRef> servers;
    private final AtomicLong calls = new AtomicLong();

    private DurableSuite(boolean quick, Report report, Grid grid, String mode) {
        this.mode = mode;
        this.report = report;
        this.grid = grid;
        this.plan = Plan.of(quick, grid::usage);
        this.passes = quick ? 1 : 2;
        int keys = quick ? 1_000 : 10_000;
        this.servers = grid.counters("many", keys, Grid.Where.ANYWHERE);
        this.raw = RawRecords.create(
                grid.here().ignite(),
                GridNode.RECORDS,
                "bench/" + servers.get(0).key(),
                keys);
    }

    static Report run(boolean quick, Path logs) throws IOException, InterruptedException {
        Report report = new Report("durable", quick);
        try (Grid grid = Grid.start(GridNode.Store.IGNITE_KV, logs)) {
            DurableSuite suite = new DurableSuite(quick, report, grid, "");
            suite.warmUp();
            // The heaviest load first: one caller alone would be over before the JVMs have compiled its way.
            suite.manyKeys();
            suite.hotKey("on the other node", Grid.Where.THERE);
            suite.hotKey("on this node", Grid.Where.HERE);
            suite.oneCaller();
        }
        try (Grid grid = Grid.start(GridNode.Store.IGNITE_KV_FSYNC, logs)) {
            DurableSuite suite = new DurableSuite(quick, report, grid, "FSYNC: ");
            suite.manyKeys();
            suite.oneCaller();
        }
        report.note(
                "Log mode LOG_ONLY unless it says FSYNC, 1 backup. 512 callers are asynchronous calls in a window of 512.");
        report.note(
                "The limit is Ignite without this library: invokeAsync of a compare-and-set processor, one per write, same "
                        + "window, keys, size and cache configuration, from this node.");
        return report;
    }

    /** All subjects, unmeasured. */
    private void warmUp() throws InterruptedException {
        Plan warming = plan.warmingUp(plan.warmUp().multipliedBy(3));
        Passes.alternate(
                passes,
                () -> Windowed.run(
                        warming, CALLERS, number -> server(number).callAsync(new Counter.IncrementDurably(1))),
                () -> Windowed.run(warming, RAW_WINDOW, raw::replace));
    }

    private void oneCaller() throws InterruptedException {
        Measured[] ends = Passes.alternate(
                passes,
                () -> ClosedLoop.run(plan, 1, (caller, number) -> increment(number)),
                () -> ClosedLoop.run(
                        plan,
                        1,
                        (caller, number) ->
                                raw.replace(number).toCompletableFuture().join()));
        Row ours = report.add(ends[0].row(mode + "1 blocking caller", OURS));
        Row limit = report.add(ends[1].row(mode + "1 blocking caller", RAW));
        report.check(
                Check.atMost(mode + "1 caller: p50 / p50 of a raw write", ours.p50Micros() / limit.p50Micros(), 2));
    }

    private void hotKey(String place, Grid.Where where) throws InterruptedException {
        ServerRef hot = grid.counters("hot-" + where, 1, where).get(0);
        AtomicLong acknowledged = new AtomicLong();
        long writesBefore = info(hot).writes();
        Measured end = Windowed.run(
                plan,
                CALLERS,
                number -> hot.callAsync(new Counter.IncrementDurably(1))
                        .thenAccept(value -> acknowledged.incrementAndGet()));
        long sum = hot.call(new Counter.Get());
        long writes = info(hot).writes() - writesBefore;
        String scenario = "512 callers, hot key " + place;
        Row row = report.add(end.row(scenario, OURS));
        report.check(Check.atLeast(scenario + ": acknowledged/s", row.perSecond(), 20_000));
        report.check(Check.atLeast(scenario + ": turns per store write", (double) sum / writes, 20));
        report.check(Check.exactly(scenario + ": sum", sum, acknowledged.get()));
    }

    private void manyKeys() throws InterruptedException {
        long before = sum();
        calls.set(0);
        Measured[] ends = Passes.alternate(
                passes,
                () -> Windowed.run(plan, CALLERS, number -> {
                    calls.incrementAndGet();
                    return server(number).callAsync(new Counter.IncrementDurably(1));
                }),
                () -> Windowed.run(plan, CALLERS, raw::replace),
                () -> Windowed.run(plan, RAW_WINDOW, raw::replace));
        String scenario = mode + "512 callers, " + servers.size() + " keys";
        Row ours = report.add(ends[0].row(scenario, OURS));
        Row limit = report.add(ends[1].row(scenario, RAW));
        Row narrow = report.add(ends[2].row(scenario, RAW + ", window " + RAW_WINDOW));
        double best = Math.max(limit.perSecond(), narrow.perSecond());
        report.check(Check.atLeast(scenario + ": ops/s / best raw", ours.perSecond() / best, 0.8));
        report.check(Check.exactly(scenario + ": sum", sum() - before, calls.get()));
    }

    private long sum() {
        long sum = 0;
        for (ServerRef server : servers) {
            sum += server.call(new Counter.Get());
        }
        return sum;
    }

    private void increment(long number) {
        server(number).call(new Counter.IncrementDurably(1));
    }

    private ServerRef server(long number) {
        return servers.get((int) (number * 7_919 % servers.size()));
    }

    private ServerInfo info(ServerRef ref) {
        return grid.servers().admin().info(ref.key()).orElseThrow();
    }
}

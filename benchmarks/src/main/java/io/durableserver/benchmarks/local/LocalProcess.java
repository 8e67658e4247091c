package io.durableserver.benchmarks.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.load.Chained;
import io.durableserver.benchmarks.load.ClosedLoop;
import io.durableserver.benchmarks.load.Measured;
import io.durableserver.benchmarks.load.Plan;
import io.durableserver.benchmarks.load.Usage;
import io.durableserver.benchmarks.load.Windowed;
import io.durableserver.benchmarks.node.ChildMain;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import io.durableserver.benchmarks.node.StagesOnTurns;
import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLongArray;

/** Closed loops against one node, in a JVM of their own: the flags of the JVM are part of the experiment. */
final class LocalProcess {
    private static final int CALLERS = 64;
    private static final int KEYS = 10_000;
    private static final int WINDOW = 4_096;
    private static final String OURS = LocalSuite.OURS;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean quick;
    private final Plan plan;
    private final String jvm;
    private final LockedCounters map = new LockedCounters();

    private LocalProcess(boolean quick, String jvm) {
        this.quick = quick;
        this.plan = Plan.of(quick, Usage::here);
        this.jvm = jvm;
    }

    /** Arguments: a name for the JVM, {@code true} for quick. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        LocalProcess process = new LocalProcess(Boolean.parseBoolean(arguments[1]), arguments[0]);
        process.encode();
        process.openTurns();
        process.limits();
        try (SoloNode node = new SoloNode()) {
            process.durableServers(node);
        }
        ChildMain.tell("end");
        System.exit(0);
    }

    private void durableServers(SoloNode node) throws IOException, InterruptedException {
        ServerRef[] refs = node.counters(KEYS);
        AtomicLongArray calls = new AtomicLongArray(KEYS);
        blocking(OURS, refs, calls);
        ServerRef[] inPlace = node.countersInPlace(KEYS);
        AtomicLongArray callsInPlace = new AtomicLongArray(KEYS);
        blocking(LocalSuite.IN_PLACE, inPlace, callsInPlace);
        chained(refs, calls);
        measured("async, one server, window " + WINDOW, OURS, Windowed.run(plan, WINDOW, number -> {
            calls.incrementAndGet(0);
            return refs[0].callAsync(new Counter.Increment(1));
        }));
        // A stage the user chains without an executor must stay on the node's own threads.
        measured("async + thenApplyAsync, 1,000 servers", OURS, Windowed.run(plan, WINDOW, number -> {
            int key = (int) (number % 1_000);
            calls.incrementAndGet(key);
            return refs[key].callAsync(new Counter.Increment(1)).thenApplyAsync(value -> value + 1);
        }));
        check(Check.exactly("sum of counters, " + jvm, wrong(refs, calls) + wrong(inPlace, callsInPlace), 0));
        check(Check.exactly("threads of the common pool or per stage, " + jvm, ForeignThreads.count(), 0));
    }

    private void blocking(String subject, ServerRef[] refs, AtomicLongArray calls)
            throws IOException, InterruptedException {
        measured("64 callers, 10,000 keys", subject, ClosedLoop.run(plan, CALLERS, (caller, number) -> {
            int key = key(caller, number);
            calls.incrementAndGet(key);
            refs[key].call(new Counter.Increment(1));
        }));
        measured("64 callers, one hot key", subject, ClosedLoop.run(plan, CALLERS, (caller, number) -> {
            calls.incrementAndGet(0);
            refs[0].call(new Counter.Increment(1));
        }));
    }

    /** With and without an executor for stages, in turn. */
    private void chained(ServerRef[] refs, AtomicLongArray calls) throws IOException, InterruptedException {
        try (SoloNode without = new SoloNode(null, new StagesOnTurns())) {
            ServerRef[] others = without.counters(KEYS);
            for (int pass = 0; pass < 2; pass++) {
                measured("64 async callers, 10,000 keys", OURS, Chained.run(plan, CALLERS, (caller, number) -> {
                    int key = key(caller, number);
                    calls.incrementAndGet(key);
                    return refs[key].callAsync(new Counter.Increment(1));
                }));
                measured(
                        "64 async callers, 10,000 keys",
                        LocalSuite.NO_EXECUTOR,
                        Chained.run(
                                plan,
                                CALLERS,
                                (caller, number) -> others[key(caller, number)].callAsync(new Counter.Increment(1))));
            }
        }
    }

    private static long wrong(ServerRef[] refs, AtomicLongArray calls) {
        long wrong = 0;
        for (int key = 0; key < KEYS; key++) {
            wrong += Math.abs(refs[key].call(new Counter.Get()) - calls.get(key));
        }
        return wrong;
    }

    private void limits() throws IOException, InterruptedException {
        for (int key = 0; key < KEYS; key++) {
            map.create("counter-" + key);
        }
        String[] names = new String[KEYS];
        for (int key = 0; key < KEYS; key++) {
            names[key] = "counter-" + key;
        }
        measured(
                "64 callers, 10,000 keys",
                "limit: map + synchronized",
                ClosedLoop.run(plan, CALLERS, (caller, number) -> {
                    map.get(names[key(caller, number)]).add(1);
                }));
        measured(
                "64 callers, one hot key",
                "limit: map + synchronized",
                ClosedLoop.run(plan, CALLERS, (caller, number) -> {
                    map.get(names[0]).add(1);
                }));
        ExecutorService pool = executor(2);
        measured(
                "64 callers, 10,000 keys",
                "peer: pool of 2, submit + get",
                ClosedLoop.run(plan, CALLERS, (caller, number) -> {
                    LockedCounter counter = map.get(names[key(caller, number)]);
                    pool.submit(() -> counter.add(1)).get();
                }));
        pool.shutdown();
        ExecutorService one = executor(1);
        LockedCounter hot = new LockedCounter();
        measured(
                "64 callers, one hot key",
                "peer: one thread, submit + get",
                ClosedLoop.run(plan, CALLERS, (caller, number) -> {
                    one.submit(() -> hot.add(1)).get();
                }));
        measured(
                "async, one server, window " + WINDOW,
                "peer: one thread, supplyAsync",
                Windowed.run(plan, WINDOW, number -> CompletableFuture.supplyAsync(() -> hot.add(1), one)));
        one.shutdown();
    }

    private static ExecutorService executor(int threads) {
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "bench-executor");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static int key(int caller, long number) {
        return (int) ((number * 7_919 + caller * 131L) % KEYS);
    }

    private void encode() throws IOException {
        List<Row> rows = new ArrayList<>();
        double worst = EncodeCost.worst(quick, rows::add);
        for (Row row : rows) {
            tell(row);
        }
        check(Check.atMost("encode with the check of its classes, of the encode alone, " + jvm, worst, 1.05));
    }

    private void openTurns() throws IOException {
        List<Row> rows = new ArrayList<>();
        double[] more = OpenTurnCost.micros(quick, rows::add);
        for (Row row : rows) {
            tell(row);
        }
        check(Check.atMost("us that a done stage adds to a call in place, " + jvm, more[0], 0.3));
        check(Check.atMost("us that a done stage adds to a call handed over, " + jvm, more[1], 0.3));
    }

    private void measured(String scenario, String subject, Measured measured) throws IOException {
        tell(measured.row(scenario + ", " + jvm, subject));
    }

    static void tell(Row row) throws IOException {
        ChildMain.tell("row " + JSON.writeValueAsString(row));
    }

    static void check(Check check) throws IOException {
        ChildMain.tell("check " + JSON.writeValueAsString(check));
    }
}

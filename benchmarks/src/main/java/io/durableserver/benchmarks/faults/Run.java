package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.report.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;

/** One run of a scenario on a cluster under load. */
final class Run {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BY_HAND = Duration.ofMinutes(2);

    private final Scenario scenario;
    private final Cluster cluster;
    private final History history;
    private final List<String> left = new ArrayList<>();

    Run(Scenario scenario, Cluster cluster) {
        this.scenario = scenario;
        this.cluster = cluster;
        this.history = cluster.history();
    }

    Outcome run() {
        long steady = awaitSteady();
        Recovery recovery = new Recovery(0, 0, 0);
        for (Fault fault : scenario.faults()) {
            recovery = recovery.worst(suffer(fault));
            if (!recovery.byItself()) {
                restartAll();
            }
        }
        long over = System.nanoTime();
        cluster.stopClients();
        Violations violations = Checker.check(history.all(), cluster.lists(PATIENCE));
        return new Outcome(
                scenario,
                history.count(End.ACKNOWLEDGED),
                history.count(End.UNKNOWN),
                violations,
                seconds(history.longestGap("", steady, over)),
                cluster.keys().stream()
                        .mapToDouble(key -> seconds(history.longestGap(key, steady, over)))
                        .max()
                        .orElseThrow(),
                recovery,
                String.join("; ", left),
                Machine.load());
    }

    private long awaitSteady() {
        long now = System.nanoTime();
        if (!Shell.await(PATIENCE, () -> isWhole(now))) {
            tell("before a fault", now);
            restartAll();
        }
        return System.nanoTime();
    }

    /** Keeps what is missing for the table, and what nodes and clients say for who looks for the reason. */
    private void tell(String when, long since) {
        left.add(when + " " + missing(since));
        System.err.println(scenario.name() + ", " + when + ": " + missing(since) + "; not acknowledged since then: "
                + history.reasons(since) + "; stacks are beside the logs");
        Cluster.ALL.forEach(node -> cluster.node(node).dumpStacks());
    }

    private Recovery suffer(Fault fault) {
        awaitSteady();
        Map<String, Integer> owners = cluster.owners();
        long begin = System.nanoTime();
        fault.begin(cluster);
        long hit = System.nanoTime();
        Shell.pause(fault.time());
        fault.end(cluster);
        long over = System.nanoTime();
        boolean whole = Shell.await(PATIENCE, () -> isWhole(over));
        if (!whole) {
            tell("after it", over);
        }
        Set<Integer> down = new HashSet<>(fault.hit());
        IntPredicate serving = node -> down.size() == NodePlan.NODES || !down.contains(node);
        long[] served = cluster.keys().stream()
                .filter(key -> down.contains(owners.getOrDefault(key, 0)))
                .mapToLong(key -> orNever(history.firstServed(serving, key, hit)))
                .sorted()
                .toArray();
        long last = cluster.keys().stream()
                .mapToLong(key -> orNever(history.firstServed(serving, key, hit)))
                .max()
                .orElseThrow();
        return new Recovery(
                served.length == 0 ? 0 : since(begin, served[0]),
                since(begin, last),
                whole ? wholeAfter(over) : Double.NaN);
    }

    private double wholeAfter(long over) {
        long last = over;
        for (int node : Cluster.ALL) {
            for (String key : cluster.keys()) {
                last = Math.max(last, orNever(history.firstServed(n -> n == node, key, over)));
            }
        }
        return since(over, last);
    }

    private static long orNever(OptionalLong time) {
        return time.orElse(Long.MAX_VALUE);
    }

    private static double since(long begin, long end) {
        return end == Long.MAX_VALUE ? Double.NaN : seconds(end - begin);
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private boolean isWhole(long since) {
        return Cluster.ALL.stream()
                .allMatch(node -> cluster.keys().stream().allMatch(key -> history.isServed(node, key, since)));
    }

    /** Which nodes do not serve how many lists. */
    private String missing(long since) {
        List<String> found = new ArrayList<>();
        for (int node : Cluster.ALL) {
            long keys = cluster.keys().stream()
                    .filter(key -> !history.isServed(node, key, since))
                    .count();
            if (!cluster.node(node).isAlive()) {
                found.add("process n" + node + " ended");
            } else if (keys > 0) {
                found.add("n" + node + ": " + keys + " of " + cluster.keys().size() + " lists");
            }
        }
        return String.join(", ", found);
    }

    /** What an operator would do, so that the lists can be read. */
    private void restartAll() {
        cluster.kill(Cluster.ALL);
        cluster.start(Cluster.ALL);
        long now = System.nanoTime();
        if (!Shell.await(BY_HAND, () -> isWhole(now))) {
            tell("after a restart of all", now);
        }
    }
}

package io.durableserver.examples.counter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Shows that acknowledged increments survive: three nodes, callers in each, kill -9 of the node that owns the hot key,
 * its return, a stop of the whole cluster, and a start from disk. Progress goes to standard error, one closing line to
 * standard output. Exits with 0 only if every key ended between what was acknowledged and what was acknowledged or unknown.
 */
public final class CounterScenario {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Duration READABLE = Duration.ofSeconds(60);
    private static final long RETRY_MILLIS = 10;
    private static final long START = System.nanoTime();

    private final ScenarioOptions options;
    private final List<String> keys;
    private final LocalCluster cluster;
    private final Ledger ledger;
    private final Ledger.Account driver;
    private long driverBatches;

    private CounterScenario(ScenarioOptions options, LocalCluster cluster, Ledger ledger) {
        this.options = options;
        this.keys = Traffic.keys(options.keys());
        this.cluster = cluster;
        this.ledger = ledger;
        this.driver = ledger.open();
    }

    public static void main(String[] args) throws IOException {
        try {
            System.exit(run(ScenarioOptions.parse(args)) ? 0 : 1);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.print(ScenarioOptions.USAGE);
            System.exit(2);
        }
    }

    private static boolean run(ScenarioOptions options) throws IOException {
        Path directory = Files.createTempDirectory("durable-counter-");
        Ledger ledger = new Ledger();
        boolean passed = false;
        try (LocalCluster cluster = new LocalCluster(options, directory, ledger)) {
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
            passed = new CounterScenario(options, cluster, ledger).play();
        } catch (ScenarioException e) {
            progress("failed: " + e.getMessage() + (e.getCause() == null ? "" : ", " + e.getCause()));
        } finally {
            if (passed) {
                delete(directory);
            } else {
                progress("logs and stored data are in " + directory);
            }
        }
        return passed;
    }

    private boolean play() {
        cluster.startAll();
        progress("three nodes are ready");
        // Creates every key, and each has something to lose.
        keys.forEach(key -> increment(cluster.nodes().get(0), key));
        cluster.nodes().forEach(this::startLoad);
        long before = pass("before the kill", options.seconds() / 3.0);

        String owner = ownerOfHotKey();
        long recoveryMillis = killAndRecover(owner);
        long during = pass("while " + owner + " is gone", options.seconds() / 3.0);

        cluster.start(owner);
        startLoad(cluster.node(owner));
        long after = pass("since " + owner + " is back", options.seconds() / 3.0);

        cluster.nodes().forEach(node -> expect("load stopped", node.ask("load stop", ANSWER)));
        cluster.stopAll();
        progress("all nodes have stopped");
        cluster.startAll();
        progress("all nodes have started from disk");
        Map<String, Long> counts = readAll();
        cluster.stopAll();
        return judge(counts, recoveryMillis, before > 0 && during > 0 && after > 0);
    }

    private void startLoad(NodeProcess node) {
        expect("load started", node.ask("load " + options.callers() + " " + keys.size(), ANSWER));
    }

    /** Lets the callers go on; the number of increments acknowledged meanwhile. */
    private long pass(String phase, double seconds) {
        long start = ledger.total().acknowledged();
        pause((long) (seconds * 1_000));
        long acknowledged = ledger.total().acknowledged() - start;
        progress(acknowledged + " acknowledged " + phase);
        return acknowledged;
    }

    private String ownerOfHotKey() {
        String[] answer =
                cluster.nodes().get(0).ask("where " + Traffic.HOT, ANSWER).split(" ");
        if (!answer[0].equals("at")) {
            throw new ScenarioException("The hot key is nowhere: " + String.join(" ", answer));
        }
        return answer[2];
    }

    /**
     * The time from the kill to the first acknowledgement of an increment that was sent when the owner was certainly dead:
     * it cannot have come from the old owner.
     */
    private long killAndRecover(String owner) {
        long killed = System.nanoTime();
        cluster.kill(owner);
        progress("killed " + owner + ", the owner of the hot key");
        NodeProcess survivor = cluster.nodes().get(0);
        while (!increment(survivor, Traffic.HOT)) {
            if (System.nanoTime() - killed > RECOVERY.toNanos()) {
                throw new ScenarioException("The hot key did not come back within " + RECOVERY.toSeconds() + " s");
            }
            pause(RETRY_MILLIS);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
        progress("the hot key is back after " + millis + " ms");
        return millis;
    }

    /** One increment by the driver, through a node; accounted for like those of the callers. */
    private boolean increment(NodeProcess node, String key) {
        long batch = driverBatches++;
        driver.accept(new Report.Attempt(batch, key, 1));
        String answer = node.ask("increment " + key, ANSWER);
        boolean acknowledged = answer.startsWith("acknowledged ");
        boolean notApplied = answer.startsWith("not-applied ");
        if (!acknowledged) {
            progress("increment at " + node.name() + ": " + answer);
        }
        driver.accept(new Report.Settled(
                batch, key, acknowledged ? 1 : 0, notApplied ? 1 : 0, acknowledged || notApplied ? 0 : 1));
        return acknowledged;
    }

    /** The stored count of every key, each asked of another node in turn; a key without one could not be read. */
    private Map<String, Long> readAll() {
        Map<String, Long> counts = new TreeMap<>();
        List<NodeProcess> nodes = cluster.nodes();
        long deadline = System.nanoTime() + READABLE.toNanos();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            String answer = read(nodes.get(i % nodes.size()), key, deadline);
            if (answer.startsWith("count " + key + " ")) {
                counts.put(key, Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1)));
            } else {
                progress(key + " cannot be read: " + answer);
            }
        }
        return counts;
    }

    private static String read(NodeProcess node, String key, long deadline) {
        String answer = node.ask("get " + key, ANSWER);
        while (!answer.startsWith("count ") && System.nanoTime() < deadline) {
            pause(RETRY_MILLIS);
            answer = node.ask("get " + key, ANSWER);
        }
        return answer;
    }

    private boolean judge(Map<String, Long> counts, long recoveryMillis, boolean acknowledgedThroughout) {
        driver.close();
        Tally total = ledger.total();
        progress("callers were told: " + total);
        Verdict verdict = Verdict.of(ledger.tallies(), counts);
        verdict.faults().forEach(CounterScenario::progress);
        boolean complete = counts.keySet().containsAll(keys);
        if (!complete) {
            progress("not every key could be read");
        }
        if (!acknowledgedThroughout) {
            progress("nothing was acknowledged in one of the phases, so nothing is shown");
        }
        System.out.println(verdict.line(recoveryMillis));
        return verdict.faults().isEmpty() && complete && acknowledgedThroughout;
    }

    private static void expect(String wanted, String answer) {
        if (!answer.equals(wanted)) {
            throw new ScenarioException("Expected " + wanted + ", got " + answer);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void progress(String what) {
        System.err.printf("%6.1f s  %s%n", (System.nanoTime() - START) / 1e9, what);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

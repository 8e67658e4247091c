package io.durableserver.examples.counter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a scenario does to its cluster, with account of every increment. Used by one thread. */
final class Driver {
    /** How many more halves of a second a phase lasts in which nothing was acknowledged. */
    private static final int LONGER = 60;

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Duration READABLE = Duration.ofSeconds(60);
    private static final long RETRY_MILLIS = 10;
    private static final long START = System.nanoTime();

    private final ScenarioOptions options;
    private final List<String> keys;
    private final LocalCluster cluster;
    private final Ledger ledger;
    private final Ledger.Account account;
    private long batches;

    Driver(ScenarioOptions options, LocalCluster cluster, Ledger ledger) {
        this.options = options;
        this.keys = Traffic.keys(options.keys());
        this.cluster = cluster;
        this.ledger = ledger;
        this.account = ledger.open();
    }

    ScenarioOptions options() {
        return options;
    }

    LocalCluster cluster() {
        return cluster;
    }

    /** Starts all nodes, creates every key, so that each has something to lose, and starts the callers. */
    void begin() {
        cluster.startAll();
        progress("three nodes are ready, counters are stored in " + options.storage());
        keys.forEach(key -> increment(cluster.nodes().get(0), key));
        cluster.nodes().forEach(this::startLoad);
    }

    void startLoad(NodeProcess node) {
        expect("load started", node.ask("load " + options.callers() + " " + keys.size(), ANSWER));
    }

    /** Lets the callers go on, on a slow machine until something is acknowledged; the number of increments acknowledged meanwhile. */
    long pass(String phase, double seconds) {
        long start = ledger.total().acknowledged();
        pause((long) (seconds * 1_000));
        for (int more = 0; more < LONGER && ledger.total().acknowledged() == start; more++) {
            pause(500);
        }
        long acknowledged = ledger.total().acknowledged() - start;
        progress(acknowledged + " acknowledged " + phase);
        return acknowledged;
    }

    void stopLoad() {
        cluster.nodes().forEach(node -> expect("load stopped", node.ask("load stop", ANSWER)));
    }

    /** The name of the node that serves the key most increments go to. */
    String ownerOfHotKey() {
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
    long killAndRecover(String owner) {
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
    boolean increment(NodeProcess node, String key) {
        long batch = batches++;
        account.accept(new Report.Attempt(batch, key, 1));
        String answer = node.ask("increment " + key, ANSWER);
        boolean acknowledged = answer.startsWith("acknowledged ");
        boolean notApplied = answer.startsWith("not-applied ");
        if (!acknowledged) {
            progress("increment at " + node.name() + ": " + answer);
        }
        account.accept(new Report.Settled(
                batch, key, acknowledged ? 1 : 0, notApplied ? 1 : 0, acknowledged || notApplied ? 0 : 1));
        return acknowledged;
    }

    /** The stored count of every key, each asked of another node in turn; a key without one could not be read. */
    Map<String, Long> readAll() {
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

    /** Compares what is stored with what the callers were told. No increment may be on its way. */
    Verdict judge(Map<String, Long> counts) {
        account.close();
        progress("callers were told: " + ledger.total());
        Verdict verdict = Verdict.of(ledger.tallies(), counts);
        verdict.faults().forEach(Driver::progress);
        return verdict;
    }

    /** Whether every key could be read. */
    boolean complete(Map<String, Long> counts) {
        boolean complete = counts.keySet().containsAll(keys);
        if (!complete) {
            progress("not every key could be read");
        }
        return complete;
    }

    static void expect(String wanted, String answer) {
        if (!answer.equals(wanted)) {
            throw new ScenarioException("Expected " + wanted + ", got " + answer);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void progress(String what) {
        System.err.printf("%6.1f s  %s%n", (System.nanoTime() - START) / 1e9, what);
    }
}

package io.durableserver.examples.counter;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Moves counters from the cluster's own disks to a bucket while they take increments: shadow, backfill, verify, cut over,
 * retire, with a kill -9 after the cut-over; then the cluster starts again with the bucket alone. One closing line on standard
 * output; exits with 0 only if nothing is lost and the stores did not differ when the old one was retired.
 */
public final class MigrationScenario {
    private static final Duration ROLLOUT = Duration.ofMinutes(10);

    private final Driver driver;
    private final LocalCluster cluster;
    private final double fifth;
    private boolean acknowledgedThroughout = true;

    private MigrationScenario(Driver driver) {
        this.driver = driver;
        this.cluster = driver.cluster();
        this.fifth = driver.options().seconds() / 5.0;
    }

    public static void main(String[] args) throws IOException {
        try {
            ScenarioOptions options = ScenarioOptions.parse(args).with(Storage.MIRROR);
            System.exit(ScenarioRun.run(options, driver -> new MigrationScenario(driver).play()) ? 0 : 1);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.print(ScenarioOptions.USAGE);
            System.exit(2);
        }
    }

    private boolean play() {
        driver.begin();
        pass("in shadow");
        // Servers that were stored before the mirror came would only be in the old store: the backfill copies them.
        say("backfill", "backfilled ");
        pass("after the backfill");
        say("verify", "compared ");
        String cutOver = say("cut-over", "phase CUT_OVER ");
        pass("after the cut-over");
        String owner = driver.ownerOfHotKey();
        long recoveryMillis = driver.killAndRecover(owner);
        pass("while " + owner + " is gone");
        cluster.start(owner);
        driver.startLoad(cluster.node(owner));
        pass("since " + owner + " is back");

        driver.stopLoad();
        long divergent = number(say("repair", "compared "), "divergent=");
        say("retire", "phase RETIRED");
        cluster.stopAll();
        Driver.progress("all nodes have stopped");
        cluster.storage(Storage.S3);
        cluster.startAll();
        Driver.progress("all nodes have started with the bucket alone");
        Map<String, Long> counts = driver.readAll();
        cluster.stopAll();

        Verdict verdict = driver.judge(counts);
        boolean complete = driver.complete(counts);
        if (!acknowledgedThroughout) {
            Driver.progress("nothing was acknowledged in one of the phases, so nothing is shown");
        }
        System.out.println(
                verdict.line(recoveryMillis) + " divergent=" + divergent + " pause-ms=" + number(cutOver, "pause-ms="));
        return verdict.faults().isEmpty() && complete && acknowledgedThroughout && divergent == 0;
    }

    private void pass(String phase) {
        acknowledgedThroughout &= driver.pass(phase, fifth) > 0;
    }

    /** Says it to the rollout, on any node. */
    private String say(String command, String expected) {
        String answer = cluster.nodes().get(0).ask("rollout " + command, ROLLOUT);
        Driver.progress("rollout " + command + ": " + answer);
        if (!answer.startsWith(expected)) {
            throw new ScenarioException("rollout " + command + " was answered with: " + answer);
        }
        return answer;
    }

    private static long number(String answer, String name) {
        int start = answer.indexOf(name) + name.length();
        int end = answer.indexOf(' ', start);
        return Long.parseLong(answer.substring(start, end < 0 ? answer.length() : end));
    }
}

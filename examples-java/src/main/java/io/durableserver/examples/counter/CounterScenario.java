package io.durableserver.examples.counter;

import java.io.IOException;
import java.util.Map;

/**
 * Shows that acknowledged increments survive: three nodes, callers in each, kill -9 of the node that owns the hot key,
 * its return, a stop of the whole cluster, and a start from what is stored. Progress goes to standard error, one closing line
 * to standard output. Exits with 0 only if every key ended between what was acknowledged and what was acknowledged or unknown.
 */
public final class CounterScenario {
    private CounterScenario() {}

    public static void main(String[] args) throws IOException {
        try {
            System.exit(ScenarioRun.run(ScenarioOptions.parse(args), CounterScenario::play) ? 0 : 1);
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.print(ScenarioOptions.USAGE);
            System.exit(2);
        }
    }

    private static boolean play(Driver driver) {
        LocalCluster cluster = driver.cluster();
        double third = driver.options().seconds() / 3.0;
        driver.begin();
        long before = driver.pass("before the kill", third);

        String owner = driver.ownerOfHotKey();
        long recoveryMillis = driver.killAndRecover(owner);
        long during = driver.pass("while " + owner + " is gone", third);

        cluster.start(owner);
        driver.startLoad(cluster.node(owner));
        long after = driver.pass("since " + owner + " is back", third);

        driver.stopLoad();
        cluster.stopAll();
        Driver.progress("all nodes have stopped");
        cluster.startAll();
        Driver.progress("all nodes have started again");
        Map<String, Long> counts = driver.readAll();
        cluster.stopAll();

        Verdict verdict = driver.judge(counts);
        boolean complete = driver.complete(counts);
        boolean throughout = before > 0 && during > 0 && after > 0;
        if (!throughout) {
            Driver.progress("nothing was acknowledged in one of the phases, so nothing is shown");
        }
        System.out.println(verdict.line(recoveryMillis));
        return verdict.faults().isEmpty() && complete && throughout;
    }
}

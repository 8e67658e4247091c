package io.durableserver.testkit.sim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;

/** What can be run with a seed, by name; each throws when it shows a defect. */
final class Scenarios {
    private Scenarios() {}

    static Map<String, LongFunction<Simulation>> all() {
        Map<String, LongFunction<Simulation>> all = new LinkedHashMap<>();
        all.put("ledgers", LedgerScenario::run);
        all.put("readiness", ReadinessScenario::run);
        return all;
    }
}

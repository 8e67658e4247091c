package io.durableserver.benchmarks.faults;

/**
 * What became of a scenario.
 *
 * @param acknowledged appends that were
 * @param unknown appends whose end is unknown
 * @param gap longest time without any acknowledged append, in seconds
 * @param keyGap the same for the worst list
 * @param left what did not come back by itself; empty when all did
 * @param load load average of the machine at the end
 */
record Outcome(
        Scenario scenario,
        long acknowledged,
        long unknown,
        Violations violations,
        double gap,
        double keyGap,
        Recovery recovery,
        String left,
        double load) {}

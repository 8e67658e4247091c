package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P1 to P4 where a cluster falls apart and comes together again. */
class SplitSimulationTest {
    @Test
    void splits() {
        Seeds.run("splits", SplitSimulationTest.class, 2_000, Scenarios::splits);
    }
}

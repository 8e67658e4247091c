package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P4 where a renewal comes between the look at a lease and the judgement. */
class RenewalSimulationTest {
    @Test
    void renewals() {
        Seeds.run("renewals", RenewalSimulationTest.class, 2_000, Scenarios::renewals);
    }
}

package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P4 where nodes that were given up run on, are frozen in a turn, or come back under the name of one that lives. */
class LeaseSimulationTest {
    @Test
    void leases() {
        Seeds.run("leases", LeaseSimulationTest.class, 2_000, Scenarios::leases);
    }
}

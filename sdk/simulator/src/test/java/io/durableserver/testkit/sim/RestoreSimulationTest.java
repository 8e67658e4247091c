package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P1 and P2 where records are put back by hand. */
class RestoreSimulationTest {
    @Test
    void restores() {
        Seeds.run("restores", RestoreSimulationTest.class, 2_000, Scenarios::restores);
    }
}

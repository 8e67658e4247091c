package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P6: what is acknowledged survives nodes and servers that leave in good order, and the directory tells the truth. */
class RollingSimulationTest {
    @Test
    void rolling() {
        Seeds.run("rolling", RollingSimulationTest.class, 2_000, Scenarios::rolling);
    }
}

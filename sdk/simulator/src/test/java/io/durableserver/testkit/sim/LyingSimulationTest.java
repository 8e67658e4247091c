package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P1 to P4 where the ways to the store do whatever a backend may tell of; see {@link Seeds} for its system properties. */
class LyingSimulationTest {
    @Test
    void ledgersAddUpWhateverTheWaysToTheStoreDo() {
        Seeds.run("lies", LyingSimulationTest.class, 500, Scenarios::lies);
    }
}

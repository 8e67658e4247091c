package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** P4 where an owner serves and does not answer those who ask whether it does. */
class SilenceSimulationTest {
    @Test
    void silences() {
        Seeds.run("silences", SilenceSimulationTest.class, 500, Scenarios::silences);
    }
}

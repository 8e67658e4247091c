package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** Views of a shared map under faults; see {@link Seeds} for its system properties. */
class ViewSimulationTest {
    @Test
    void whatWatchersAreToldAddsUpAndConverges() {
        Seeds.run("Views of a map", ViewSimulationTest.class, 300, ViewScenario::run);
    }
}

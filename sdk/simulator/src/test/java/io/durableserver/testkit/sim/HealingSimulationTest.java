package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** Clusters that fell apart become one again by themselves, and only one side steps down. */
class HealingSimulationTest {
    @Test
    void heals() {
        Seeds.run("heals", HealingSimulationTest.class, 300, Scenarios::heals);
    }
}

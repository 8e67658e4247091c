package io.durableserver.testkit.sim;

import org.junit.jupiter.api.Test;

/** Nodes that have joined and are not ready; see {@link Seeds} for its system properties. */
class ReadinessSimulationTest {
    @Test
    void keysOfNodesThatAreNotReadyStartOnTheOthers() {
        Seeds.run("Nodes that are not ready", ReadinessSimulationTest.class, 300, ReadinessScenario::run);
    }
}

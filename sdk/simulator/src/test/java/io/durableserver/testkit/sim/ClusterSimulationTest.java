package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.testkit.sim.LedgerScenario.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P1 to P4 on the real runtime under simulated faults; see {@link Seeds} for its system properties. */
class ClusterSimulationTest {
    @Test
    void ledgersAddUpWhateverBreaks() {
        Seeds.run("Ledgers under faults", ClusterSimulationTest.class, 2_000, LedgerScenario::run);
    }

    @Test
    void nothingFailsWhereNothingBreaks() {
        Seeds.run(
                "Ledgers without faults",
                ClusterSimulationTest.class,
                50,
                seed -> LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, List.of(), true, 5, 6)));
    }

    @Test
    void aSeedGivesTheSameRunAgain() {
        for (long seed = 1; seed <= 25; seed++) {
            assertThat(LedgerScenario.run(seed).trace().hash())
                    .as("hash of the trace of seed %d", seed)
                    .isEqualTo(LedgerScenario.run(seed).trace().hash());
        }
    }
}

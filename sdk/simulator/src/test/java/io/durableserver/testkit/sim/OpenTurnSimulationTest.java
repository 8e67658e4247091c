package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** P1 to P4, P6 and P7 where most turns stay open: they end late, fail, refuse, never end, and things break in the middle of them. */
class OpenTurnSimulationTest {
    @Test
    void ledgersAddUpWhateverBreaksInTheMiddleOfOpenTurns() {
        Seeds.run("opens", OpenTurnSimulationTest.class, 500, Scenarios::opens);
    }

    @Test
    void nothingGetsLostWhenServersStopInTheMiddleOfOpenTurns() {
        Seeds.run("parting", OpenTurnSimulationTest.class, 500, Scenarios::parting);
    }

    @Test
    void aSeedGivesTheSameRunAgain() {
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(Scenarios.opens(seed).trace().hash())
                    .as("hash of the trace of seed %d", seed)
                    .isEqualTo(Scenarios.opens(seed).trace().hash());
        }
    }
}

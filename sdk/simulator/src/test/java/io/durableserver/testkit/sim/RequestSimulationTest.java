package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A request id is applied at most once, and its reply stays what it was, whatever breaks. */
class RequestSimulationTest {
    @Test
    void nothingIsAppliedTwiceWhoeverSendsItAgain() {
        Seeds.run("repeats", RequestSimulationTest.class, 500, Scenarios::repeats);
    }

    @Test
    void aSeedGivesTheSameRunAgain() {
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(Scenarios.repeats(seed).trace().hash())
                    .as("hash of the trace of seed %d", seed)
                    .isEqualTo(Scenarios.repeats(seed).trace().hash());
        }
    }
}

package io.durableserver.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.testkit.Effort;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes under load, of which one is killed, and one is frozen until all others have given it up. */
class FaultsIT {
    @Test
    void nothingAcknowledgedIsLostAndAllNodesServeAgainByThemselves(@TempDir Path logs) throws IOException {
        int rounds = Effort.count(1);

        Outcome outcome = Scenarios.shortSet(rounds).run(logs);

        assertThat(outcome.violations()).as(Effort.told(rounds, "rounds")).isEqualTo(Violations.NONE);
        assertThat(outcome.acknowledged()).as(outcome.toString()).isPositive();
        assertThat(outcome.left()).as("what did not come back by itself").isEmpty();
    }
}

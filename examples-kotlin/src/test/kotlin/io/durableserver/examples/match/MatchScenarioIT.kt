package io.durableserver.examples.match

import io.durableserver.examples.nodes.ScenarioProcess
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

internal class MatchScenarioIT {
    @TempDir lateinit var directory: Path

    @Test
    fun resultOfTheMatchSurvivesWhatHappensToItsNodes() {
        val scenario = ScenarioProcess(MatchScenario::class.java, directory)
        assertThat(scenario.run("--failure-detection-ms", "10000")).`as` { scenario.err }.isZero()
        assertThat(scenario.out)
            .matches(
                "players=3 refused=1 minutes=[0-9]+ points=[0-9]+ lost-in-mid-match=[0-9]+ lost-after-whistle=0 " +
                    "unanswered=1 booked=3 booked-wrong=0 other-starts=[0-9]+ recovery-ms=[0-9]+\n"
            )
    }

    @Test
    fun badOptionsEndItBeforeAnythingStarts() {
        val scenario = ScenarioProcess(MatchScenario::class.java, directory)
        assertThat(scenario.run("--heap", "plenty")).isEqualTo(2)
        assertThat(scenario.out).isEmpty()
        assertThat(scenario.err).isEqualTo("--heap is plenty, expected a size like 512m or 2g\n")
    }
}

package io.durableserver.examples.cart

import io.durableserver.examples.nodes.ScenarioProcess
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

internal class CartScenarioIT {
    @TempDir lateinit var directory: Path

    @Test
    fun cartsArePaidOnceWhateverHappensToNodesAndClients() {
        val scenario = ScenarioProcess(CartScenario::class.java, directory)
        assertThat(scenario.run("--failure-detection-ms", "10000")).`as` { scenario.err }.isZero()
        assertThat(scenario.out)
            .isEqualTo(
                "carts=3 paid=3 charged-wrong=0 statuses=200,400,404,409,500,503,504 pending-after-hang-up=0 " +
                    "items-after-restart=2\n"
            )
    }

    @Test
    fun badOptionsEndItBeforeAnythingStarts() {
        val scenario = ScenarioProcess(CartScenario::class.java, directory)
        assertThat(scenario.run("--nodes", "5")).isEqualTo(2)
        assertThat(scenario.out).isEmpty()
        assertThat(scenario.err).startsWith("unknown option --nodes, expected one of")
    }
}

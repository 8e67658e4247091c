package io.durableserver.examples.nodes

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

internal class CommandLineTest {
    private fun refusal(parse: () -> Unit) = assertThrows<UsageException> { parse() }.message

    @Test
    fun nodeIsToldWhatItsDriverMeans() {
        val node = NodeOptions("shop-1", Path.of("work"), 12_001, 12_002, listOf("127.0.0.1:12001"), 10_000)
        val line = CommandLine.parse(node.arguments().toTypedArray(), NodeOptions.NAMES)
        assertThat(NodeOptions.parse(line)).isEqualTo(node)
    }

    @Test
    fun unknownAndUnfinishedOptionsAreRefused() {
        assertThat(refusal { ScenarioOptions.parse(arrayOf("--seconds", "3")) }).startsWith("unknown option --seconds")
        assertThat(refusal { ScenarioOptions.parse(arrayOf("heap", "1g")) }).startsWith("unknown option heap")
        assertThat(refusal { ScenarioOptions.parse(arrayOf("--heap")) }).isEqualTo("--heap needs a value")
        assertThat(refusal { ScenarioOptions.parse(arrayOf("--heap", "1g", "--heap", "2g")) }).endsWith("twice")
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "512", "0m", "1t", "-Xmx1g"])
    fun heapIsASize(heap: String) {
        assertThat(refusal { ScenarioOptions.parse(arrayOf("--heap", heap)) }).startsWith("--heap is $heap, expected")
    }

    @ParameterizedTest
    @ValueSource(strings = ["499", "60001", "soon"])
    fun numberIsWithinItsBounds(millis: String) {
        assertThat(refusal { ScenarioOptions.parse(arrayOf("--failure-detection-ms", millis)) })
            .isEqualTo("--failure-detection-ms is $millis, expected 500 to 60000")
    }
}

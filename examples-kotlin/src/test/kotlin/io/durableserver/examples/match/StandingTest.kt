package io.durableserver.examples.match

import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

internal class StandingTest {
    private val ann = PlayerId("ann")
    private val bob = PlayerId("bob")

    @Test
    fun lineSaysWhatTheStandingIs() {
        val points = mapOf(ann to 3, bob to 0)
        val standings =
            listOf(
                Match(),
                Match(points),
                Match(points, Playing(7, 90)),
                Match(points, Over(90)),
                Match(points, Over(90, setOf(ann, bob))),
            )
        assertThat(standings.map(Standing::of)).allSatisfy { assertThat(Standing.parse(it.line())).isEqualTo(it) }
        assertThat(Standing.of(standings.last()).line()).isEqualTo("over 90 booked=ann,bob points=ann:3,bob:0")
    }

    @Test
    fun anErrorIsNoStanding() {
        assertThat(Standing.parse("error [NOT_READY, retryable] The node is not ready")).isNull()
    }
}

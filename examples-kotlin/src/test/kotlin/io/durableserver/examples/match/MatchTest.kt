package io.durableserver.examples.match

import io.durableserver.RejectedException
import io.durableserver.ServerRef
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.testkit.TestCluster
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

@Timeout(120)
internal class MatchTest {
    private val ann = PlayerId("ann")
    private val bob = PlayerId("bob")

    private fun onCluster(test: suspend (TestCluster) -> Unit) {
        TestCluster.builder().nodes(2).types(MATCH, PLAYER).start().use { runBlocking { test(it) } }
    }

    private suspend fun TestCluster.match(players: Set<PlayerId>): ServerRef =
        servers(0).ensure(MATCH, "m", Match()).also { match -> players.forEach { match.ask(Join(it)) } }

    /** On a node that runs: the match comes back with the look, if it has to. */
    private suspend fun TestCluster.awaitMatch(wanted: (Match) -> Boolean): Match {
        while (true) {
            val match = servers(if (isRunning(0)) 0 else 1).ref(MATCH, "m").ask(Look)
            if (wanted(match)) {
                return match
            }
            delay(10)
        }
    }

    private suspend fun refusal(ask: suspend () -> Unit): String = assertThrows<RejectedException> { ask() }.code()

    @Test
    fun placesAreTakenOnceAndRunOut() = onCluster { cluster ->
        val match = cluster.match(emptySet())
        assertThat(match.ask(Join(ann))).isEqualTo(1)
        assertThat(match.ask(Join(bob))).isEqualTo(2)
        assertThat(match.ask(Join(ann))).isEqualTo(2)
        assertThat(match.ask(Join(PlayerId("cid")))).isEqualTo(PLACES)
        assertThat(refusal { match.ask(Join(PlayerId("dan"))) }).isEqualTo("FULL")
        assertThat(match.ask(Look)).isEqualTo(Match(mapOf(ann to 0, bob to 0, PlayerId("cid") to 0)))
    }

    @Test
    fun pointsAreMadeWhileTheBallIsInPlay() = onCluster { cluster ->
        val match = cluster.match(setOf(ann))
        assertThat(refusal { match.ask(Score(ann)) }).isEqualTo("NOT_PLAYING")
        assertThat(refusal { match.ask(LastMinute) }).isEqualTo("NOT_PLAYING")
        match.ask(KickOff(1_000_000))
        assertThat(match.ask(Score(ann))).isEqualTo(1)
        assertThat(match.ask(Score(ann))).isEqualTo(2)
        assertThat(refusal { match.ask(Score(bob)) }).isEqualTo("NOT_IN_THIS_MATCH")
        assertThat(refusal { match.ask(Join(bob)) }).isEqualTo("STARTED")
        assertThat(refusal { match.ask(KickOff(5)) }).isEqualTo("STARTED")
    }

    @Test
    fun resultIsBookedByEachPlayerOnce() = onCluster { cluster ->
        val match = cluster.match(setOf(ann, bob))
        match.ask(KickOff(1_000_000))
        match.ask(Score(bob))
        match.ask(LastMinute)
        val end = cluster.awaitMatch { (it.phase as? Over)?.booked?.size == 2 }
        assertThat(end.points).isEqualTo(mapOf(ann to 0, bob to 1))
        val player = cluster.servers(1).ref(PLAYER, bob.key)
        assertThat(player.ask(Result("m", 1))).`as`("asked once more").isEqualTo(1)
        assertThat(player.ask(Career)).isEqualTo(Player(mapOf("m" to 1), 1))
    }

    @Test
    fun matchThatCrashedInPlayGoesOnFromWhatWasStored() = onCluster { cluster ->
        val match = cluster.match(setOf(ann))
        match.ask(KickOff(1_000_000))
        match.ask(Score(ann))
        cluster.crashOwnerOf(match)
        val back = cluster.awaitMatch { it.phase is Playing }
        assertThat(back.points.getValue(ann)).isBetween(0, 1)
        val minute = (back.phase as Playing).minute
        cluster.awaitMatch { (it.phase as Playing).minute > minute + 1 }
    }

    @Test
    fun playerWhoDoesNotAnswerIsAskedAgainAfterACrashToo() = onCluster { cluster ->
        cluster.servers(0).ensure(PLAYER, bob.key, Player()).ask(Away(true))
        val match = cluster.match(setOf(ann, bob))
        match.ask(KickOff(1))
        val end = cluster.awaitMatch { (it.phase as? Over)?.booked == setOf(ann) }
        cluster.crashOwnerOf(match)
        assertThat(cluster.awaitMatch { true }).isEqualTo(end)
        cluster.servers(if (cluster.isRunning(0)) 0 else 1).ref(PLAYER, bob.key).ask(Away(false))
        cluster.awaitMatch { (it.phase as Over).booked == setOf(ann, bob) }
    }
}

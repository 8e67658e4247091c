package io.durableserver.examples.match

import io.durableserver.examples.nodes.LocalCluster
import io.durableserver.examples.nodes.NodeProcess
import io.durableserver.examples.nodes.Scenario
import io.durableserver.examples.nodes.ScenarioException
import io.durableserver.examples.nodes.Verdict
import kotlin.time.Duration
import kotlin.time.TimeSource

private const val FINAL = "final"
private const val ENDLESS = 1_000_000
private const val EXPECTED_STARTS = 3

/**
 * Shows a match on three nodes: its node is killed in mid-match, where points that were not stored may be lost and no
 * others, and again after the final whistle, where nothing may be; one player does not answer when the results are
 * booked, and the match is over all the same.
 */
internal object MatchScenario {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Scenario.run("match", arguments) {
            LocalCluster(listOf("arena-1", "arena-2", "arena-3"), MatchNode::class.java.name, directory, options).use {
                Runtime.getRuntime().addShutdownHook(Thread(it::close))
                MatchPlay(this, it).play()
            }
        }
    }
}

private class MatchPlay(private val scenario: Scenario, private val cluster: LocalCluster) {
    private val survivor: NodeProcess
        get() = cluster.nodes.first()

    fun play(): Verdict {
        cluster.start()
        scenario.progress("three nodes are ready")
        gather()
        val (lost, recovery) = killInMidMatch()
        val whistle = playOn()
        val unanswered = whistle.points.keys - awaitBooked(2).booked
        scenario.expect(unanswered == setOf("bob")) { "No answer from $unanswered, expected none of bob only" }
        val lostLater = killAfterTheWhistle(whistle)
        told("away bob false")
        val end = awaitBooked(PLACES)
        val twice = end.points.count { (name, points) -> told("career $name") != "1 $points" }
        scenario.expect(twice == 0) { "$twice players have not booked their result exactly once" }
        val more = otherStarts()
        cluster.stop()
        return scenario.verdict(
            "players=${end.points.size} refused=1 minutes=${end.minute} points=${end.sum} lost-in-mid-match=$lost " +
                "lost-after-whistle=$lostLater unanswered=${unanswered.size} booked=${end.booked.size} " +
                "booked-wrong=$twice other-starts=$more recovery-ms=${recovery.inWholeMilliseconds}"
        )
    }

    /** Three players take the places; a fourth is refused, and one goes away. */
    private fun gather() {
        listOf("ann", "bob", "cid").forEachIndexed { before, name ->
            val places = told("join $FINAL $name")
            scenario.expect(places == "${before + 1}") { "$name was told of $places players" }
        }
        val fourth = answerTo("join $FINAL dan")
        scenario.expect(fourth == "refused FULL") { "A fourth player was told: $fourth" }
        told("away bob true")
    }

    /** The points that were lost, and how long the match was away. */
    private fun killInMidMatch(): Pair<Int, Duration> {
        answerTo("kick-off $FINAL $ENDLESS")
        score("ann" to 5, "cid" to 3)
        val before = awaitMinuteAfter(2)
        val (owner, after, away) = killOwner()
        scenario.expect(after.phase == "playing") { "The match is ${after.phase} after a kill in mid-match" }
        scenario.expect(after.points.keys == before.points.keys) { "A player lost the place" }
        scenario.expect(after.points.all { (name, points) -> points <= before.points.getValue(name) }) {
            "Points came from nowhere: ${before.line()}, then ${after.line()}"
        }
        awaitMinuteAfter(after.minute + 1)
        scenario.progress("the match goes on, ${before.sum - after.sum} points that were not stored are lost")
        cluster.start(owner)
        return before.sum - after.sum to away
    }

    /** The standing at the final whistle. */
    private fun playOn(): Standing {
        val before = look()
        score("ann" to 2, "bob" to 1)
        val whistle =
            scenario.await("the final whistle") {
                answerTo("last-minute $FINAL") // also when it was said already: what is not stored may be lost
                lookIfThere()?.takeIf { it.isOver }
            }
        scenario.expect(whistle.sum <= before.sum + 3) { "${before.line()}, 3 points, then ${whistle.line()}" }
        return whistle
    }

    private fun killAfterTheWhistle(whistle: Standing): Int {
        val booked = look().booked
        val after = killOwner().second
        scenario.expect(after.isOver && after.points == whistle.points && after.minute == whistle.minute) {
            "${whistle.line()}, then ${after.line()}"
        }
        scenario.expect(after.booked.containsAll(booked)) { "$booked had booked, now ${after.booked}" }
        return whistle.sum - after.sum
    }

    /**
     * How often the match was started besides: by its first player, and after each kill. A node that is silent for
     * longer than the failure detection is taken for dead, and what was not stored is lost as after a kill.
     */
    private fun otherStarts(): Long {
        val more = told("epoch $FINAL").toLong() - EXPECTED_STARTS
        if (more > 0) {
            scenario.keep("the match was started $more times though nobody killed its node")
        }
        return more
    }

    /** Kills the node of the match; its name, the standing that came back elsewhere, and after which time. */
    private fun killOwner(): Triple<String, Standing, Duration> {
        val owner = scenario.await("the match is somewhere") { told("where $FINAL").takeIf { it in cluster.names } }
        cluster.kill(owner)
        val killed = TimeSource.Monotonic.markNow()
        val after = scenario.await("the match is back") { lookIfThere() }
        val away = killed.elapsedNow()
        scenario.progress("killed $owner; after $away the match is back: ${after.line()}")
        return Triple(owner, after, away)
    }

    private fun score(vararg points: Pair<String, Int>) {
        points.forEach { (name, count) ->
            repeat(count) {
                // Not again without an answer: a point would be one too many.
                val answer = survivor.ask("score $FINAL $name")
                if (!answer.startsWith("ok")) {
                    scenario.progress("a point for $name: $answer")
                }
            }
        }
    }

    private fun awaitMinuteAfter(minute: Int): Standing =
        scenario.await("a minute after $minute") { look().takeIf { it.minute > minute } }

    private fun awaitBooked(count: Int): Standing =
        scenario.await("$count players have booked") { lookIfThere()?.takeIf { it.booked.size >= count } }

    private fun look(): Standing = scenario.await("a look at the match") { lookIfThere() }

    private fun lookIfThere(): Standing? = Standing.parse(survivor.ask("look $FINAL").removePrefix("ok "))

    /** What a node answers to a command that has to succeed. */
    private fun told(command: String): String {
        val answer = answerTo(command)
        if (!answer.startsWith("ok")) {
            throw ScenarioException("$command: $answer")
        }
        return answer.removePrefix("ok").trim()
    }

    /** What a server answers to a command that may be sent twice: an error is none. */
    private fun answerTo(command: String): String =
        scenario.await("an answer to $command") { survivor.ask(command).takeUnless { it.startsWith("error") } }
}

package io.durableserver.examples.match

import io.durableserver.Call
import io.durableserver.NotAppliedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.kotlin.SuspendTurnScope
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.sendAfter
import io.durableserver.kotlin.serverType
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll

@JvmInline
value class PlayerId(val name: String) {
    /** The key of the player's server. */
    val key: String
        get() = "player/$name"
}

sealed interface Phase

data object Gathering : Phase

/**
 * The ball is in play.
 *
 * @property last the minute that ends with the whistle
 */
data class Playing(val minute: Int, val last: Int) : Phase

/**
 * The whistle has been blown.
 *
 * @property booked the players who have confirmed their result
 */
data class Over(val minute: Int, val booked: Set<PlayerId> = emptySet()) : Phase

data class Match(val points: Map<PlayerId, Int> = emptyMap(), val phase: Phase = Gathering)

/** Takes a place in the match; the reply is how many have one. */
data class Join(val player: PlayerId) : Call<Int>

/** Begins a match of so many minutes. */
data class KickOff(val minutes: Int) : Call<Unit>

/** A point for a player; the reply is how many the player has. */
data class Score(val player: PlayerId) : Call<Int>

/** The minute that is being played is the last one. */
data object LastMinute : Call<Unit>

data object Look : Call<Match>

/** A minute is over. */
data object Tick

/** Tells the players their results. */
data object Book

const val PLACES = 3

private val MINUTE = 50.milliseconds
private val ANSWER = 1.seconds
private val ASK_AGAIN = 500.milliseconds

/**
 * A match. Its players are stored at once, and so is the result, at the final whistle. Points and minutes in between
 * are stored every 30 seconds, as by default: when the node of the match dies, it goes on from what was stored last.
 */
val MATCH =
    serverType<Match>("match") {
        init {
            // Timers live in memory: a match that came back sets its own again.
            when (state.phase) {
                is Gathering -> {}
                is Playing -> context.sendAfter(MINUTE, Tick)
                is Over -> context.sendAfter(MINUTE, Book)
            }
            ok()
        }
        call { join: Join ->
            when {
                join.player in state.points -> reply(state.points.size)
                state.phase != Gathering -> reject("STARTED", "The match has begun")
                state.points.size == PLACES -> reject("FULL", "The match has no place left", "places" to PLACES)
                else -> state.copy(points = state.points + (join.player to 0)).let { reply(it.points.size, it).sync() }
            }
        }
        call { kickOff: KickOff ->
            if (state.phase != Gathering) {
                reject("STARTED", "The match has begun")
            } else {
                context.sendAfter(MINUTE, Tick)
                reply(Unit, state.copy(phase = Playing(0, kickOff.minutes))).sync()
            }
        }
        call { score: Score ->
            val points = state.points[score.player]
            when {
                state.phase !is Playing -> reject("NOT_PLAYING", "The ball is not in play")
                points == null -> reject("NOT_IN_THIS_MATCH", "The player has no place")
                else -> reply(points + 1, state.copy(points = state.points + (score.player to points + 1)))
            }
        }
        call { _: LastMinute ->
            when (val phase = state.phase) {
                is Playing -> reply(Unit, state.copy(phase = phase.copy(last = phase.minute)))
                else -> reject("NOT_PLAYING", "The ball is not in play")
            }
        }
        query { _: Look -> state }
        info { _: Tick ->
            val phase = state.phase
            when {
                phase !is Playing -> next()
                phase.minute < phase.last -> {
                    context.sendAfter(MINUTE, Tick)
                    next(state.copy(phase = phase.copy(minute = phase.minute + 1)))
                }
                else -> {
                    // The final whistle. No player hears of it before it is stored.
                    context.send(Book)
                    next(state.copy(phase = Over(phase.minute))).sync()
                }
            }
        }
        suspendInfo { _: Book ->
            val over = state.phase as Over
            val missing = state.points.keys - over.booked
            val answers = missing.map { player -> async { player.takeIf { confirms(it) } } }.awaitAll()
            val booked = over.booked + answers.filterNotNull()
            if (booked != state.points.keys) {
                context.sendAfter(ASK_AGAIN, Book)
            }
            next(state.copy(phase = over.copy(booked = booked))).sync()
        }
    }

/** Whether a player has booked the result. One that does not answer is asked again, and books once. */
private suspend fun SuspendTurnScope<Match>.confirms(player: PlayerId): Boolean =
    try {
        servers.ensure(PLAYER, player.key, Player()).ask(Result(key, state.points.getValue(player)), timeout = ANSWER)
        true
    } catch (_: OutcomeUnknownException) {
        false
    } catch (_: NotAppliedException) {
        false
    }

package io.durableserver.examples.match

import io.durableserver.Call
import io.durableserver.kotlin.serverType

/**
 * A player.
 *
 * @property results points by match
 * @property total of all matches, counted when a result is booked
 * @property away whether the player answers to nothing but [Away] and [Career]
 */
data class Player(val results: Map<String, Int> = emptyMap(), val total: Int = 0, val away: Boolean = false)

/** Books the result of a match, once however often it comes; the reply is the total of all matches. */
data class Result(val match: String, val points: Int) : Call<Int>

/** The player goes, or comes back. */
data class Away(val away: Boolean) : Call<Unit>

data object Career : Call<Player>

val PLAYER =
    serverType<Player>("player") {
        callDeferred { result: Result, caller ->
            when {
                state.away -> next() // No answer at all: the match has a deadline.
                result.match in state.results -> next().also { caller.reply(state.total) }
                else -> {
                    val total = state.total + result.points
                    caller.reply(total) // Leaves when it is stored, as any reply of this turn.
                    next(state.copy(results = state.results + (result.match to result.points), total = total)).sync()
                }
            }
        }
        call { going: Away -> reply(Unit, state.copy(away = going.away)).sync() }
        query { _: Career -> state }
    }

package io.durableserver.examples.match

import io.durableserver.DurableServerException
import io.durableserver.DurableServers
import io.durableserver.RejectedException
import io.durableserver.config.DurableServersConfig
import io.durableserver.examples.nodes.NodeOptions
import io.durableserver.examples.nodes.Service
import io.durableserver.examples.nodes.runNode
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.durableServersConfig
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.find
import io.durableserver.kotlin.stored

/** A service that hosts matches and players, with the commands of [MatchConsole] on standard input. */
internal object MatchNode {
    @JvmStatic
    fun main(arguments: Array<String>) {
        runNode(arguments, emptySet(), { options, _ -> config(options) }) { _, _, servers -> MatchConsole(servers) }
    }

    private fun config(options: NodeOptions): DurableServersConfig =
        durableServersConfig("arena/") {
            type(MATCH)
            type(PLAYER)
            backend(options.store())
        }
}

/** One line in, one line out: `ok …`, `refused CODE` when a server says no, or `error …`. */
internal class MatchConsole(private val servers: DurableServers) : Service {
    override suspend fun answer(words: List<String>): String =
        try {
            "ok ${did(words)}".trim()
        } catch (no: RejectedException) {
            "refused ${no.code()}"
        } catch (error: DurableServerException) {
            "error ${error.message}"
        }

    private suspend fun did(words: List<String>): Any =
        when (words[0]) {
            "join" -> servers.ensure(MATCH, words[1], Match()).ask(Join(PlayerId(words[2])))
            "kick-off" -> match(words).ask(KickOff(words[2].toInt())).let { "" }
            "score" -> match(words).ask(Score(PlayerId(words[2])))
            "last-minute" -> match(words).ask(LastMinute).let { "" }
            "look" -> Standing.of(match(words).ask(Look)).line()
            "away" -> player(words).ask(Away(words[2].toBoolean())).let { "" }
            "career" -> player(words).ask(Career).let { "${it.results.size} ${it.total}" }
            "epoch" -> servers.stored(words[1])?.epoch() ?: 0
            "where" -> servers.find(words[1])?.session()?.node() ?: "nowhere"
            else -> "unknown command"
        }

    private fun match(words: List<String>) = servers.ref(MATCH, words[1])

    private suspend fun player(words: List<String>) = servers.ensure(PLAYER, PlayerId(words[1]).key, Player())

    override fun close() {}
}

package consumer

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.backend.ignite.IgniteKv
import io.durableserver.backend.ignite.IgniteKvConfig
import io.durableserver.ignite.DurableIgnite
import io.durableserver.ignite.EmbeddedNode
import io.durableserver.ignite.kotlin.embeddedNode
import io.durableserver.ignite.kotlin.servers
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.ready
import io.durableserver.kotlin.serverType
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Path
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking

@JvmInline value class Visitor(val name: String)

data class Visits(val count: Long = 0, val last: Visitor? = null)

data class Visit(val visitor: Visitor) : Call<Long>

data object Last : Call<Visitor?>

private val VISITS =
    serverType<Visits>("visits") {
        suspendCall { visit: Visit ->
            delay(1.milliseconds)
            reply(state.count + 1, Visits(state.count + 1, visit.visitor)).sync()
        }
        query { _: Last -> state.last }
    }

/**
 * Counts visits on a node of its own, twice over a restart of the node. Prints what was counted, and exits with 3 when
 * the configuration is refused. Argument: a directory for the node.
 */
fun main(arguments: Array<String>) {
    val directory = Path.of(arguments[0])
    try {
        println("first visit: ${visit(directory, "ann")}")
        println("second visit: ${visit(directory, "bob")}")
    } catch (refused: ConfigurationException) {
        println("refused: ${refused.message}")
        exitProcess(3)
    }
}

private fun visit(directory: Path, name: String): String =
    DurableIgnite.start(node(directory)).use { ignite ->
        runBlocking {
            ignite.servers().ready(2.minutes)
            val visits = ignite.servers().ensure(VISITS, "door", Visits())
            val before = visits.ask(Last)?.name ?: "nobody"
            "number ${visits.ask(Visit(Visitor(name)))}, after $before"
        }
    }

private fun node(directory: Path): EmbeddedNode {
    // Below the range that the system takes for outgoing connections.
    val (discovery, communication) = (12_000..29_999).shuffled().asSequence().filter(::isFree).take(2).toList()
    return embeddedNode("consumer") {
        workDirectory(directory)
        discoveryPort(discovery)
        communicationPort(communication)
        portRange(0)
        peers("127.0.0.1:$discovery")
        persistence(true)
        walSegmentBytes(8 shl 20)
        servers("consumer/") {
            type(VISITS)
            backend(IgniteKv.backend(IgniteKvConfig.builder().expectedNodes(1).maxRecordBytes(1 shl 20).build()))
        }
    }
}

private fun isFree(port: Int): Boolean =
    try {
        ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close()
        true
    } catch (_: IOException) {
        false
    }

package io.durableserver.ignite.kotlin.page

import io.durableserver.Call
import io.durableserver.backend.ignite.IgniteKv
import io.durableserver.backend.ignite.IgniteKvConfig
import io.durableserver.ignite.DurableIgnite
import io.durableserver.ignite.kotlin.embeddedNode
import io.durableserver.ignite.kotlin.failureDetection
import io.durableserver.ignite.kotlin.servers
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.ready
import io.durableserver.kotlin.serverType
import java.nio.file.Path
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

data class State(val count: Long)

data class Increment(val by: Long) : Call<Long>

val COUNTER =
    serverType<State>("counter") {
        call { add: Increment -> reply(state.count + add.by, State(state.count + add.by)).sync() }
    }

suspend fun count(work: Path): Long {
    // page: embedded
    val node =
        embeddedNode("node-1") { // unique in the cluster, the same after each restart
            workDirectory(work)
            peers("127.0.0.1:47500..47520")
            persistence(true)
            activateWhen(3) // the first activation waits for three nodes
            failureDetection(5.seconds)
            servers("counters/") {
                type(COUNTER)
                backend(IgniteKv.backend(IgniteKvConfig.builder().expectedNodes(3).build()))
            }
        }

    DurableIgnite.start(node).use { ignite ->
        ignite.servers().ready(2.minutes)
        val counter = ignite.servers().ensure(COUNTER, "user_123", State(0))
        return counter.ask(Increment(1))
    } // close() stores every server's state, then leaves the cluster
    // page: end
}

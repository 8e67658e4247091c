package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.Init
import io.durableserver.kotlin.Counter.State
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** What would hold up the server's own thread with a coroutine that needs it is refused by name. */
@Timeout(60)
class RunBlockingTest {
    data object Plain : Call<String>

    data object Suspended : Call<String>

    data object Told : Call<Int>

    private val inInit = CopyOnWriteArrayList<String>()

    private fun refusal(wait: suspend () -> Unit): String =
        try {
            runBlocking { wait() }
            "done"
        } catch (refused: ConfigurationException) {
            assertThat(refused).hasMessageContaining("`call`").hasMessageContaining("`suspendCall`")
            refused.reason().name
        }

    private val blocking =
        serverType<State>("blocking") {
            init {
                inInit += refusal { servers.ref(Counter.TYPE, "other").ask(Counter.Look) }
                Init.ok(state)
            }
            call { _: Plain ->
                val other = servers.ref(Counter.TYPE, "other")
                reply(refusal { other.ask(Counter.Look) }, State(state.count + 1)).sync()
            }
            suspendCall { _: Suspended ->
                val other = servers.ref(Counter.TYPE, "other")
                reply(refusal { other.ask(Counter.Look) }, State(state.count + 1)).sync()
            }
            call { _: Told ->
                runBlocking { servers.ref(Counter.TYPE, "other").tell(Counter.Note(key)) }
                reply(other().call(Counter.Look))
            }
        }

    private fun TurnScope<State>.other() = servers.ref(Counter.TYPE, "other")

    @Test
    fun askIsRefusedWhereItsThreadIsTheServers() {
        onCluster(blocking, Counter.TYPE) { cluster ->
            val other = cluster.servers(0).ensureStarted(Counter.TYPE, "other", State())
            val server = cluster.servers(0).ensureStarted(blocking, "blocking", State())
            assertThat(inInit).containsExactly("NOT_ALLOWED_HERE")
            // The turn before is not stored yet: what a turn asks waits for that.
            repeat(3) {
                assertThat(server.call(Plain)).isEqualTo("NOT_ALLOWED_HERE")
                assertThat(server.call(Suspended)).isEqualTo("NOT_ALLOWED_HERE")
            }
            assertThat(other.call(Counter.Look)).isEqualTo(0)
        }
    }

    @Test
    fun tellWaitsForNothing() {
        onCluster(blocking, Counter.TYPE) { cluster ->
            val other = cluster.servers(0).ensureStarted(Counter.TYPE, "other", State())
            val server = cluster.servers(0).ensureStarted(blocking, "blocking", State())
            assertThat(server.call(Told)).`as`("it leaves with the turn").isEqualTo(0)
            await().until { other.call(Counter.Look) == 1 }
        }
    }

    @Test
    fun readyIsRefusedByName() {
        val waiting =
            serverType<State>("waiting") {
                call { _: Plain ->
                    reply(
                        try {
                            runBlocking { servers.ready(1.seconds) }
                            "ready"
                        } catch (refused: ConfigurationException) {
                            refused.reason().name
                        }
                    )
                }
            }
        onCluster(waiting) { cluster ->
            val server = cluster.servers(0).ensureStarted(waiting, "waiting", State())
            assertThat(server.call(Plain)).isEqualTo("NOT_ALLOWED_HERE")
        }
    }
}

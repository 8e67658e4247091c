package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.ServerRef
import io.durableserver.ServerType
import io.durableserver.StartOptions
import io.durableserver.Termination
import io.durableserver.kotlin.Counter.State
import io.durableserver.runtime.turn.Turn
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** On a thread of another dispatcher the functions of Java are refused: they would leave the turn in silence (P3). */
@Timeout(60)
class ElsewhereTest {
    data object Go : Call<List<String>>

    data object Tick

    private val watch = Counter.Watch()

    /** A counter that does this when it is told to go. */
    private fun going(handler: suspend SuspendCallScope<State, List<String>>.() -> List<String>): ServerType<State> =
        serverType("going") {
            info { _: Tick -> next(State(state.count + 100)) }
            query { _: Counter.Look -> state.count }
            suspendCall { _: Go -> reply(handler(), State(state.count + 1)).sync() }
        }

    private fun ran(type: ServerType<State>, test: (ServerRef) -> Unit) {
        onCluster(type, Counter.TYPE, watch = watch) { cluster ->
            cluster.servers(0).ensureStarted(Counter.TYPE, "other", State())
            test(cluster.servers(0).ensureStarted(type, "going", State()))
            assertThat(cluster.servers(0).ref(Counter.TYPE, "other").call(Counter.Look)).isEqualTo(0)
        }
    }

    private fun refusal(what: () -> Unit): String =
        try {
            what()
            "done"
        } catch (refused: ConfigurationException) {
            assertThat(refused).hasMessageContaining("`ask`").hasMessageContaining("`withContext`")
            refused.reason().name
        }

    private fun failure(stage: () -> CompletionStage<*>): String = refusal {
        try {
            stage().toCompletableFuture().join()
        } catch (failed: CompletionException) {
            throw failed.cause ?: failed
        }
    }

    private fun TurnScope<State>.other() = servers.ref(Counter.TYPE, "other")

    private fun TurnScope<State>.everything(): List<String> =
        listOf(
            refusal { other().call(Counter.Add(1)) },
            failure { other().callAsync(Counter.Add(1)) },
            refusal { other().cast(Counter.Note(key)) },
            refusal { servers.ensureStarted(Counter.TYPE, "third", State()) },
            failure { servers.ensureStartedAsync(Counter.TYPE, "third", State(), StartOptions.DEFAULT) },
            failure { servers.startAsync(Counter.TYPE, "third", State(), StartOptions.DEFAULT) },
            failure { servers.admin().terminateAsync("other", Termination.GRACEFUL) },
            refusal { other().terminate(Termination.GRACEFUL) },
            refusal { context.send(Tick) },
            refusal { context.sendAfter(0.milliseconds, Tick) },
        )

    @Test
    fun functionsOfJavaAreRefusedOnAnotherDispatcher() {
        val going = going {
            val turn = this
            val io = withContext(Dispatchers.IO) { everything() }
            val child = async(Dispatchers.Default) { everything() }.await()
            val undispatched =
                withContext(Dispatchers.IO) {
                    turn.async(start = CoroutineStart.UNDISPATCHED) { everything() }.await()
                }
            val unconfined = withContext(Dispatchers.IO) { withContext(Dispatchers.Unconfined) { everything() } }
            io + child + undispatched + unconfined
        }
        ran(going) { server ->
            assertThat(server.call(Go)).hasSize(40).containsOnly("NOT_ALLOWED_HERE")
            assertThat(server.call(Counter.Look)).`as`("no message to itself left").isEqualTo(1)
        }
    }

    @Test
    fun functionsOfJavaAreAllowedAgainWhereTheTurnIs() {
        val going = going {
            val before = other().call(Counter.Look)
            val asked = withContext(Dispatchers.IO) { other().ask(Counter.Look) }
            withContext(Dispatchers.Unconfined) { check(other().call(Counter.Look) == asked) }
            listOf("$before $asked ${other().call(Counter.Look)} ${here()}")
        }
        ran(going) { server -> assertThat(server.call(Go)).containsExactly("0 0 0 going") }
    }

    @Test
    fun askComesBackFromEveryThread() {
        val going = going {
            List(20) {
                    async(Dispatchers.Default) {
                        val first = other().ask(Counter.Look)
                        yield()
                        val refused = refusal { other().call(Counter.Look) }
                        "$first $refused ${withContext(Dispatchers.IO) { other().ask(Counter.Look) }}"
                    }
                }
                .awaitAll()
        }
        ran(going) { server -> assertThat(server.call(Go)).hasSize(20).containsOnly("0 NOT_ALLOWED_HERE 0") }
    }

    @Test
    fun stageOfTheTurnIsWaitedForElsewhere() {
        val going = going {
            val stage = other().callAsync(Counter.Look).toCompletableFuture()
            val timed = other().callAsync(Counter.Look).toCompletableFuture()
            withContext(Dispatchers.IO) { listOf("${stage.join()} ${timed.get(20, TimeUnit.SECONDS)}") }
        }
        ran(going) { server -> assertThat(server.call(Go)).containsExactly("0 0") }
    }

    @Test
    fun runBlockingElsewhereIsRefused() {
        val going = going {
            withContext(Dispatchers.IO) {
                listOf(
                    refusal { runBlocking { other().ask(Counter.Add(1)) } },
                    refusal { runBlocking { other().tell(Counter.Note(key)) } },
                )
            }
        }
        ran(going) { server -> assertThat(server.call(Go)).containsExactly("NOT_ALLOWED_HERE", "NOT_ALLOWED_HERE") }
    }

    @Test
    fun headersAreReadElsewhere() {
        val going = going { withContext(Dispatchers.IO) { listOf(context.headers().toString()) } }
        ran(going) { server ->
            assertThat(server.withHeaders(mapOf("trace" to "7")).call(Go)).containsExactly("{trace=7}")
        }
    }

    @Test
    fun threadIsNotMarkedAnyMoreWhenTheCoroutineHasLeftIt() {
        val seen = CopyOnWriteArrayList<String>()
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { one ->
            val going = going {
                withContext(one) {
                    seen += here()
                    yield()
                    withContext(Dispatchers.Default) { yield() }
                    other().ask(Counter.Look)
                    seen += here()
                    withContext(Dispatchers.Unconfined) { other().ask(Counter.Look) }
                }
                seen
            }
            ran(going) { server ->
                server.call(Go)
                runBlocking(one) { seen += here() }
            }
        }
        assertThat(seen).containsExactly("elsewhere", "elsewhere", "no turn")
    }

    private fun here(): String {
        val turn = Turn.current() ?: return "no turn"
        return if (refusal { turn.mayAct() } == "done") turn.key() else "elsewhere"
    }
}

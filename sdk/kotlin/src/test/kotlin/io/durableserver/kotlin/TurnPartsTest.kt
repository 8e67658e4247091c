package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.HandlerFailedException
import io.durableserver.NotAppliedException
import io.durableserver.ServerType
import io.durableserver.Termination
import io.durableserver.config.Limits
import io.durableserver.kotlin.Counter.State
import io.durableserver.runtime.turn.Turn
import io.durableserver.testkit.backend.InMemoryStore
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Each step of a coroutine of a turn is a part of that turn, however it was started and however many there are. */
@Timeout(60)
class TurnPartsTest {
    data object Go : Call<List<String>>

    private val watch = Counter.Watch()

    /** A counter that also does this when it is told to go. */
    private fun going(handler: suspend SuspendCallScope<State, List<String>>.() -> List<String>): ServerType<State> =
        serverType("going") {
            call { add: Counter.Add -> reply(state.count + add.by, State(state.count + add.by)).sync() }
            suspendCall { _: Go -> reply(handler()) }
        }

    private fun here(): String = Turn.current()?.takeUnless { it.isOver }?.key() ?: "no turn"

    @Test
    fun coroutineThatWasStartedElsewhereAsksInItsTurn() {
        val going = going {
            val turn = this
            withContext(Dispatchers.IO) {
                val child =
                    turn.async(start = CoroutineStart.UNDISPATCHED) {
                        servers.admin {
                            CompletableFuture.completedFuture(here())
                        } to servers.ref(Counter.TYPE, "other").ask(Counter.Told(key, state.count))
                    }
                child.await().toList().map { it.toString() }
            }
        }
        onCluster(going, Counter.TYPE, watch = watch, change = { slowStore(InMemoryStore()) }) { cluster ->
            watch.stored = { key -> cluster.storedJson(key).orElse("") }
            val server = cluster.servers(0).ensureStarted(going, "going", State(1))
            cluster.servers(0).ensureStarted(Counter.TYPE, "other", State())
            for (i in 2..5) {
                val add = server.callAsync(Counter.Add(1)).toCompletableFuture()
                assertThat(server.call(Go)).`as`("%d was told when it was stored", i).containsExactly("going", "true")
                assertThat(add.join()).isEqualTo(i)
            }
        }
    }

    @Test
    fun childrenStayInTheirTurnWhenMoreAnswersComeThanPartsMayWait() {
        val going = going {
            List(40) {
                    async {
                        val before = here()
                        servers.ref(Counter.TYPE, "peer-${it % 8}").ask(Counter.Look)
                        val after = here()
                        yield()
                        listOf(before, after, here())
                    }
                }
                .awaitAll()
                .flatten()
        }
        val bound = Limits.builder().mailboxCapacity(16).build()
        onCluster(going, Counter.TYPE, nodes = 2, change = { limits(bound) }) { cluster ->
            val server = cluster.servers(0).ensureStarted(going, "going", State())
            repeat(8) { cluster.servers(1).ensureStarted(Counter.TYPE, "peer-$it", State()) }
            repeat(20) { assertThat(server.call(Go)).hasSize(120).containsOnly("going") }
        }
    }

    @Test
    fun eachStepIsAPartOfItsOwn() {
        val going = going {
            val order = CopyOnWriteArrayList<String>()
            val first = launch { order += "first child" }
            context.executor().execute { order += "part" }
            val second = launch { order += "second child" }
            joinAll(first, second)
            order
        }
        onCluster(going) { cluster ->
            val server = cluster.servers(0).ensureStarted(going, "going", State())
            assertThat(server.call(Go)).containsExactly("first child", "part", "second child")
        }
    }

    @OptIn(DelicateCoroutinesApi::class) // a start that the cancellation does not keep from beginning
    @Test
    fun cancelledCoroutineSendsNothing() {
        val sent = CopyOnWriteArrayList<String>()
        val going = going {
            val peer = servers.ref(Counter.TYPE, "peer")
            val children =
                listOf(CoroutineStart.UNDISPATCHED to "in the turn", CoroutineStart.ATOMIC to "as a part of it")
                    .flatMap { (start, how) ->
                        listOf(
                            launch(start = start) {
                                cancel()
                                servers.admin {
                                    sent += how
                                    CompletableFuture.completedFuture(Unit)
                                }
                            },
                            launch(start = start) {
                                cancel()
                                peer.ask(Counter.Add(1))
                            },
                            launch(start = start) {
                                cancel()
                                peer.tell(Counter.Note(how))
                            },
                        )
                    }
            children.joinAll()
            sent
        }
        onCluster(going, Counter.TYPE, nodes = 2) { cluster ->
            val server = cluster.servers(0).ensureStarted(going, "going", State())
            val peer = cluster.servers(1).ensureStarted(Counter.TYPE, "peer", State())
            assertThat(server.call(Go)).isEmpty()
            val remote = cluster.servers(1 - cluster.whereIs(peer).asInt).ref(Counter.TYPE, "peer")
            runBlocking {
                repeat(100) {
                    launch(start = CoroutineStart.UNDISPATCHED) {
                        cancel()
                        remote.ask(Counter.Add(1))
                    }
                }
            }
            assertThat(remote.call(Counter.Look)).isEqualTo(0)
        }
    }

    @Test
    fun stageThatAnotherCancelsFailsTheWaitAndIsNotCancelledByIt() {
        val shared = CompletableFuture<List<String>>()
        val cancelled = CompletableFuture<List<String>>().apply { cancel(false) }
        val going = going {
            val waits = launch(start = CoroutineStart.UNDISPATCHED) { servers.admin { shared }.size }
            waits.cancel()
            waits.join()
            launch { servers.admin { cancelled }.size }.join()
            listOf("went on")
        }
        onCluster(going) { cluster ->
            val server = cluster.servers(0).ensureStarted(going, "going", State())
            val failed = catchThrowableOfType(HandlerFailedException::class.java) { server.call(Go) }
            assertThat(failed.errorType()).isEqualTo("java.util.concurrent.CancellationException")
            assertThat(shared).isNotDone()
            runBlocking {
                val child = async(Dispatchers.Default) { runCatching { cluster.servers(0).admin { cancelled } } }
                assertThat(child.await().exceptionOrNull()).isExactlyInstanceOf(CompletionException::class.java)
            }
        }
    }

    @Test
    fun stopOfAServerThatWaitsForTheTurnIsRefused() {
        val going = going {
            suspend fun refusal(stop: suspend () -> Boolean): String =
                try {
                    "stopped ${withContext(Dispatchers.Default) { stop() }}"
                } catch (refused: NotAppliedException) {
                    refused.reason().name
                }
            listOf(
                refusal { context.self().stop() },
                refusal { servers.admin { terminateAsync(key, Termination.GRACEFUL) } },
            )
        }
        onCluster(going) { cluster ->
            val server = cluster.servers(0).ensureStarted(going, "going", State())
            assertThat(server.call(Go)).containsExactly("CALL_RING", "CALL_RING")
        }
    }
}

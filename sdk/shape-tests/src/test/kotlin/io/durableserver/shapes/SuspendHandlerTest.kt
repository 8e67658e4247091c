package io.durableserver.shapes

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.Next
import io.durableserver.NotAppliedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.RejectedException
import io.durableserver.ServerContext
import io.durableserver.ServerType
import io.durableserver.testkit.TestCluster
import io.durableserver.testkit.backend.FaultPlan
import io.durableserver.testkit.backend.FaultyBackend
import io.durableserver.testkit.backend.InMemoryBackend
import io.durableserver.testkit.backend.InMemoryStore
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** A suspend function runs as the handler of a call, on nothing but `context.executor()`. */
@Timeout(60)
class SuspendHandlerTest {
    data class State(val count: Int)

    data object Look : Call<Int>

    data class Add(val by: Int) : Call<Int>

    /** Adds what the other one has, and again what it has after that. */
    data class AddTwice(val from: String) : Call<Int>

    /** Tells the other one the count, out of a turn that was suspended. */
    data class Tell(val to: String) : Call<Boolean>

    data class Told(val by: String, val count: Int) : Call<Boolean>

    data object Ring : Call<String>

    data object Forever : Call<Int>

    data object Refuse : Call<Int>

    /** What the test looks at. */
    class Watch {
        val seen = CopyOnWriteArrayList<String>()
        var stored: (String) -> String = { "" }
    }

    class Counter : DurableServer<State>() {
        private fun ServerContext.other(key: String) = servers().ref(TYPE, key)

        /** Ends on a thread of nobody. */
        private fun delay(millis: Long): CompletionStage<Void> =
            CompletableFuture.runAsync({}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS))

        override fun handlers(on: Handlers<State>) {
            on.call(Look::class.java) { state, _ -> Next.reply(state.count, state) }
            on.call(Add::class.java) { state, add ->
                Next.reply(state.count + add.by, State(state.count + add.by)).sync()
            }
            on.call(Told::class.java) { state, told ->
                val stored = context().service(Watch::class.java).stored(told.by)
                Next.reply(stored.contains("\"count\":" + told.count), state)
            }
            on.suspending(AddTwice::class.java) { state, add, context ->
                val first = context.other(add.from).callAsync(Look).await()
                delay(5).await()
                val second = context.other(add.from).callAsync(Add(1)).await()
                val next = State(state.count + first + second)
                Next.reply(next.count, next).sync()
            }
            on.suspending(Tell::class.java) { state, tell, context ->
                delay(1).await()
                Next.reply(context.other(tell.to).callAsync(Told(context.key(), state.count)).await(), state)
            }
            on.suspending(Ring::class.java) { state, _, context ->
                delay(1).await()
                val refusal =
                    try {
                        "answered " + context.self().callAsync(Look).await()
                    } catch (refused: NotAppliedException) {
                        refused.reason().name
                    }
                Next.reply(refusal, state)
            }
            on.suspending(Refuse::class.java) { _, _, _ ->
                delay(1).await()
                Next.reject("NO", "not today")
            }
            on.suspending(Forever::class.java) { state, _, context ->
                val seen = context.service(Watch::class.java).seen
                try {
                    CompletableFuture<Void>().await()
                } catch (given: CancellationException) {
                    seen += "cancelled"
                } finally {
                    try {
                        context.other("other").callAsync(Add(100)).await()
                        seen += "asked"
                    } catch (over: ConfigurationException) {
                        seen += over.reason().name
                    }
                }
                Next.reply(0, State(state.count + 1))
            }
        }
    }

    companion object {
        val TYPE: ServerType<State> =
            ServerType.of("suspending", State::class.java) { Counter() }

        /** Its turns are given up soon. */
        val HASTY: ServerType<State> =
            ServerType.of("hasty", State::class.java) { Counter() }.turnDeadline(Duration.ofMillis(100))
    }

    private val watch = Watch()
    private val store = InMemoryStore()

    private fun cluster(): TestCluster.Builder =
        TestCluster.builder().nodes(1).types(TYPE, HASTY).service(Watch::class.java, watch)

    @Test
    fun suspendHandlerAsksOthersAndWaitsInOneTurn() {
        cluster().start().use { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val other = cluster.servers(0).ensureStarted(TYPE, "other", State(5))
            val twice = counter.callAsync(AddTwice("other"))
            val behind = counter.callAsync(Add(10))
            assertThat(twice.toCompletableFuture().join()).isEqualTo(12)
            assertThat(behind.toCompletableFuture().join()).isEqualTo(22)
            assertThat(other.call(Look)).isEqualTo(6)
            assertThat(cluster.storedJson("counter")).hasValueSatisfying { assertThat(it).contains("22") }
        }
    }

    @Test
    fun gateAndChainOfCallersAreKeptAfterASuspension() {
        cluster()
            .configure { config ->
                config.backend { context ->
                    FaultyBackend(
                        InMemoryBackend(store),
                        FaultPlan.latency(Duration.ofMillis(40)),
                        context.scheduler(),
                    )
                }
            }
            .store(store)
            .start()
            .use { cluster ->
                watch.stored = { key -> cluster.storedJson(key).orElse("") }
                val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
                cluster.servers(0).ensureStarted(TYPE, "other", State(0))
                for (i in 2..5) {
                    val add = counter.callAsync(Add(1))
                    assertThat(counter.call(Tell("other"))).`as`("%d was told when it was stored", i).isTrue()
                    assertThat(add.toCompletableFuture().join()).isEqualTo(i)
                }
                assertThat(counter.call(Ring)).isEqualTo("CALL_RING")
            }
    }

    @Test
    fun suspendHandlerIsCancelledWhenItsTurnIsGivenUp() {
        cluster().start().use { cluster ->
            val counter = cluster.servers(0).ensureStarted(HASTY, "counter", State(1))
            val other = cluster.servers(0).ensureStarted(TYPE, "other", State(0))
            val unknown = catchThrowableOfType(OutcomeUnknownException::class.java) { counter.call(Forever) }
            assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE)
            await().until { watch.seen.size == 2 }
            assertThat(watch.seen).containsExactly("cancelled", "NOT_ALLOWED_HERE")
            assertThat(counter.call(Look)).isEqualTo(1)
            assertThat(other.call(Look)).isEqualTo(0)
        }
    }

    @Test
    fun suspendHandlerRefusesAfterASuspension() {
        cluster().start().use { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val refused =
                catchThrowableOfType(RejectedException::class.java) { counter.call(Refuse) }
            assertThat(refused.code()).isEqualTo("NO")
            assertThat(counter.call(Look)).isEqualTo(1)
        }
    }
}

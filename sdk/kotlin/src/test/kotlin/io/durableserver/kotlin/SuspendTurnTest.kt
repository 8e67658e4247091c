package io.durableserver.kotlin

import io.durableserver.HandlerFailedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.RejectedException
import io.durableserver.Termination
import io.durableserver.config.Limits
import io.durableserver.config.Timeouts
import io.durableserver.kotlin.Counter.Companion.TYPE
import io.durableserver.kotlin.Counter.State
import io.durableserver.testkit.Effort
import io.durableserver.testkit.backend.InMemoryStore
import java.time.Duration.ofSeconds
import java.util.concurrent.TimeUnit.MINUTES
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** A handler that suspends is one turn: its gate, its chain of callers and its end hold on every dispatcher. */
@Timeout(60)
class SuspendTurnTest {
    private val watch = Counter.Watch()

    @Test
    fun handlerAsksOthersAndSuspendsInOneTurn() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val other = cluster.servers(0).ensureStarted(TYPE, "other", State(5))
            val twice = counter.callAsync(Counter.AddTwice("other")).toCompletableFuture()
            val behind = counter.callAsync(Counter.Add(10)).toCompletableFuture()
            assertThat(twice.join()).isEqualTo(12)
            assertThat(behind.join()).isEqualTo(22)
            assertThat(other.call(Counter.Look)).isEqualTo(6)
            assertThat(cluster.storedJson("counter")).hasValueSatisfying { assertThat(it).contains("22") }
        }
    }

    @Test
    @Timeout(10, unit = MINUTES) // for as many rounds as the effort asks for
    fun turnsOfOneServerNeverInterleave() {
        val inPlace = TYPE.inPlace()
        val rounds = Effort.count(100)
        onCluster(inPlace, nodes = 2, watch = watch) { cluster ->
            val first = cluster.servers(0).ensureStarted(inPlace, "counter", State())
            val home = cluster.whereIs(first).asInt
            val atOnce = runBlocking {
                val callers =
                    (0 until 20).map { caller ->
                        val ref = cluster.servers(caller % 2).ref(inPlace, "counter")
                        async(Dispatchers.Default) { List(rounds) { ref.ask(Counter.AddSlowly) } }
                    }
                val blocking = cluster.servers(home).ref(inPlace, "counter")
                List(rounds) { blocking.call(Counter.AddSlowly) } + callers.awaitAll().flatten()
            }
            assertThat(atOnce).hasSize(21 * rounds).containsOnly(1)
            assertThat(first.call(Counter.Look)).isEqualTo(21 * rounds)
        }
    }

    @Test
    fun childrenAskAtTheSameTime() {
        val bound = Limits.builder().mailboxCapacity(128).build()
        onCluster(TYPE, change = { limits(bound) }) { cluster ->
            val keys = (1..5).map { "other-$it" }
            keys.forEach { cluster.servers(0).ensureStarted(TYPE, it, State(it.last().digitToInt())) }
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State())
            assertThat(counter.call(Counter.Sum(keys))).isEqualTo(15)
            val many = List(500) { keys[it % 5] }
            assertThat(counter.call(Counter.Sum(many))).`as`("more children than parts may wait").isEqualTo(1_500)
        }
    }

    @Test
    fun turnEndsWhenItsChildrenHave() {
        onCluster(TYPE, watch = watch) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State())
            assertThat(counter.call(Counter.Children)).isEqualTo(1)
            assertThat(watch.seen).containsExactly("child")
        }
    }

    @Test
    fun gateHoldsUnderEveryDispatcher() {
        val store = InMemoryStore()
        onCluster(TYPE, watch = watch, change = { slowStore(store) }) { cluster ->
            watch.stored = { key -> cluster.storedJson(key).orElse("") }
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            cluster.servers(0).ensureStarted(TYPE, "other", State(0))
            for (i in 2..5) {
                val add = counter.callAsync(Counter.Add(1))
                assertThat(counter.call(Counter.Tell("other"))).`as`("%d was told when it was stored", i).isTrue()
                assertThat(add.toCompletableFuture().join()).isEqualTo(i)
            }
        }
    }

    @Test
    fun ringIsRefusedUnderEveryDispatcher() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            assertThat(counter.call(Counter.Ring)).isEqualTo("CALL_RING")
        }
    }

    @Test
    fun whatIsToldOnAnotherDispatcherLeavesWithTheTurn() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State())
            val other = cluster.servers(0).ensureStarted(TYPE, "other", State())
            assertThat(counter.call(Counter.SendNote("other", fails = false))).isEqualTo(0)
            await().until { other.call(Counter.Look) == 1 }
            catchThrowableOfType(HandlerFailedException::class.java) {
                counter.call(Counter.SendNote("other", fails = true))
            }
            assertThat(counter.call(Counter.SendNote("other", fails = false))).isEqualTo(0)
            await().until { other.call(Counter.Look) == 2 }
        }
    }

    @Test
    fun coroutineAndItsChildrenAreCancelledWhenTheTurnIsGivenUp() {
        val hasty = serverTypeOf("hasty", ::Counter).turnDeadline(100.milliseconds)
        onCluster(hasty, watch = watch) { cluster ->
            val counter = cluster.servers(0).ensureStarted(hasty, "counter", State(1))
            val unknown = catchThrowableOfType(OutcomeUnknownException::class.java) { counter.call(Counter.Forever) }
            assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE)
            await().until { watch.seen.size == 3 }
            assertThat(watch.seen).containsExactlyInAnyOrder("began", "cancelled", "child cancelled")
            assertThat(counter.call(Counter.Look)).isEqualTo(1)
        }
    }

    @Test
    fun coroutineIsCancelledWhenItsNodeStopsServing() {
        onCluster(TYPE, nodes = 2, watch = watch) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            counter.callAsync(Counter.Forever)
            await().until { watch.seen.contains("began") }
            val crashed = cluster.crashOwnerOf(counter)
            await().until { watch.seen.size == 3 }
            assertThat(watch.seen).containsExactlyInAnyOrder("began", "cancelled", "child cancelled")
            assertThat(cluster.servers(1 - crashed).ref(TYPE, "counter").call(Counter.Look)).isEqualTo(1)
        }
    }

    @Test
    fun stopWaitsForASuspendedTurn() {
        onCluster(TYPE, watch = watch) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val add = counter.callAsync(Counter.AddWhenLet).toCompletableFuture()
            await().until { watch.seen.contains("began") }
            val stop = counter.terminateAsync(Termination.GRACEFUL).toCompletableFuture()
            watch.let.complete(Unit)
            assertThat(add.join()).isEqualTo(2)
            assertThat(stop.join()).isTrue()
            assertThat(cluster.storedJson("counter")).hasValueSatisfying { assertThat(it).contains("\"count\":2") }
        }
    }

    @Test
    fun stopGivesUpATurnThatDoesNotEnd() {
        onCluster(TYPE, watch = watch, change = { timeouts(Timeouts.builder().write(ofSeconds(2)).build()) }) { cluster
            ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val forever = counter.callAsync(Counter.Forever).toCompletableFuture()
            await().until { watch.seen.contains("began") }
            assertThat(counter.terminate(Termination.GRACEFUL)).isTrue()
            await().until { forever.isCompletedExceptionally } // told apart from the stop
            await().until { watch.seen.size == 3 }
            assertThat(watch.seen).containsExactlyInAnyOrder("began", "cancelled", "child cancelled")
            assertThat(counter.call(Counter.Look)).isEqualTo(1)
        }
    }

    @Test
    fun suspendedTurnsHoldNoThreads() {
        val servers = 1_000 // `benchmarks/run.sh local` has 100,000
        onCluster(TYPE, watch = watch) { cluster ->
            val adds =
                List(servers) {
                    val counter = cluster.servers(0).ensureStarted(TYPE, "counter-$it", State(it))
                    counter.callAsync(Counter.AddWhenLet).toCompletableFuture()
                }
            await().until { watch.seen.size == servers }
            assertThat(Thread.activeCount()).`as`("threads of %d turns", servers).isLessThan(200)
            watch.let.complete(Unit)
            assertThat(adds.map { it.join() }).isEqualTo(List(servers) { it + 1 })
        }
    }

    @Test
    fun handlerRefusesAfterASuspension() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val refused = catchThrowableOfType(RejectedException::class.java) { counter.call(Counter.Refuse) }
            assertThat(refused.code()).isEqualTo("NO")
            assertThat(refused.details()).isEqualTo(mapOf("when" to "tomorrow"))
            assertThat(counter.call(Counter.Look)).isEqualTo(1)
        }
    }

    @Test
    fun whatAHandlerThrowsAfterASuspensionIsAFailure() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            counter.call(Counter.Add(1))
            for (fails in listOf(Counter.Fails, Counter.TimesOut)) {
                val failed = catchThrowableOfType(HandlerFailedException::class.java) { counter.call(fails) }
                assertThat(failed.errorType()).endsWith("Exception")
                assertThat(counter.call(Counter.Look)).`as`("the last good state").isEqualTo(2)
            }
        }
    }
}

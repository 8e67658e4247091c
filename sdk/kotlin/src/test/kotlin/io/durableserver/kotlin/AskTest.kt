package io.durableserver.kotlin

import io.durableserver.CallOptions
import io.durableserver.ConfigurationException
import io.durableserver.HandlerFailedException
import io.durableserver.NotAppliedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.RejectedException
import io.durableserver.config.Limits
import io.durableserver.kotlin.Counter.Companion.TYPE
import io.durableserver.kotlin.Counter.State
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/**
 * `ask` suspends until the reply is there, fails with what `call` throws, and leaves nothing behind when it is
 * cancelled.
 */
@Timeout(60)
class AskTest {
    private val watch = Counter.Watch()

    @Test
    fun errorsAreThoseOfACall() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val nobody = cluster.servers(0).ref(TYPE, "nobody")
            runBlocking {
                assertThat(counter.ask(Counter.Add(1))).isEqualTo(2)
                assertThrows<RejectedException> { counter.ask(Counter.Refuse) }
                assertThrows<HandlerFailedException> { counter.ask(Counter.Fails) }
                assertThat(assertThrows<NotAppliedException> { nobody.ask(Counter.Look) }.reason())
                    .isEqualTo(NotAppliedException.Reason.NOT_FOUND)
                assertThrows<ConfigurationException> { counter.ask(Counter.Look, timeout = 0.milliseconds) }
                assertThat(counter.ask(Counter.Look)).isEqualTo(2)
            }
        }
    }

    @Test
    fun repeatOfARequestIsAnsweredFromWhatIsKept() {
        onCluster(TYPE) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            runBlocking {
                repeat(2) { assertThat(counter.ask(Counter.Add(1), CallOptions.requestId("a"))).isEqualTo(2) }
                repeat(2) { assertThat(counter.ask(Counter.Add(1), CallOptions.exactlyOnce())).isEqualTo(3 + it) }
                assertThrows<ConfigurationException> { counter.ask(Counter.Add(2), CallOptions.requestId("a")) }
            }
        }
    }

    @Test
    fun deadlineOfACallSaysWhatBecameOfIt() {
        onCluster(TYPE, watch = watch) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            runBlocking {
                val begun = assertThrows<OutcomeUnknownException> { counter.ask(Counter.Block, 100.milliseconds) }
                assertThat(begun.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE)
                val waits = assertThrows<NotAppliedException> { counter.ask(Counter.Add(1), 50.milliseconds) }
                assertThat(waits.reason()).isEqualTo(NotAppliedException.Reason.DEADLINE_BEFORE_START)
                assertThrows<TimeoutCancellationException> {
                    withTimeout(50.milliseconds) { counter.ask(Counter.Add(1)) }
                }
            }
            watch.block.countDown()
            assertThat(counter.call(Counter.Look)).`as`("what had not begun was withdrawn").isEqualTo(1)
        }
    }

    @Test
    fun cancelledAsksLeaveNothingBehind() {
        val gauges = Gauges()
        val bound = Limits.builder().pendingCalls(16).build()
        onCluster(
            TYPE,
            nodes = 2,
            watch = watch,
            change = {
                limits(bound)
                configure { it.events(gauges) }
            },
        ) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            val blocked = counter.callAsync(Counter.Block).toCompletableFuture()
            runBlocking {
                for (round in 1..10) {
                    for (node in 0..1) {
                        val ref = cluster.servers(node).ref(TYPE, "counter")
                        val asks = List(12) { launch(start = CoroutineStart.UNDISPATCHED) { ref.ask(Counter.Add(1)) } }
                        asks.forEach { it.cancelAndJoin() }
                    }
                }
            }
            await().until { gauges.pendingCalls == 1 }
            watch.block.countDown()
            assertThat(blocked.join()).isEqualTo(1)
            await().until { gauges.pendingCalls == 0 }
        }
    }

    @Test
    fun cancelledAskDoesNotStopAHandlerThatHasBegun() {
        onCluster(TYPE, watch = watch) { cluster ->
            val counter = cluster.servers(0).ensureStarted(TYPE, "counter", State(1))
            cluster.servers(0).ensureStarted(TYPE, "other", State(5))
            val other = cluster.servers(0).ref(TYPE, "other")
            val blocked = other.callAsync(Counter.Block).toCompletableFuture()
            runBlocking {
                val twice = async(start = CoroutineStart.UNDISPATCHED) { counter.ask(Counter.AddTwice("other")) }
                await().until { watch.seen.contains("began") } // and waits for the other one
                twice.cancelAndJoin()
            }
            watch.block.countDown()
            assertThat(blocked.join()).isEqualTo(5)
            assertThat(counter.call(Counter.Look)).isEqualTo(12)
        }
    }
}

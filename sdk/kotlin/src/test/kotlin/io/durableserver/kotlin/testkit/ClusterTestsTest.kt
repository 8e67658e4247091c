package io.durableserver.kotlin.testkit

import io.durableserver.Call
import io.durableserver.OutcomeUnknownException
import io.durableserver.kotlin.Counter
import io.durableserver.kotlin.Counter.State
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.serverType
import io.durableserver.kotlin.turnDeadline
import io.durableserver.testkit.ClusterConfig
import io.durableserver.testkit.DurableCluster
import io.durableserver.testkit.TestCluster
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** A test that suspends runs in the time of its cluster. */
@Timeout(120)
@DurableCluster
class ClusterTestsTest {
    data class Nap(val minutes: Int) : Call<Int>

    companion object {
        private val NAPPING =
            serverType<State>("napping") {
                    suspendCall { nap: Nap ->
                        delay(nap.minutes.minutes)
                        reply(state.count + 1, State(state.count + 1)).sync()
                    }
                    query { _: Counter.Look -> state.count }
                }
                .turnDeadline(10.hours)

        @ClusterConfig
        @JvmStatic
        fun types(cluster: TestCluster.Builder) {
            cluster.types(NAPPING, Counter.TYPE).service(Counter.Watch::class.java, Counter.Watch())
        }
    }

    @Test
    @DurableCluster(virtualTime = true)
    fun timeOfTheTestIsThatOfTheNodes(cluster: TestCluster) = cluster.runTest {
        val seen = mutableListOf<String>()
        val server = cluster.servers(0).ensure(NAPPING, "napping", State())
        launch {
            delay(29.minutes)
            seen += "29 min"
            delay(2.minutes)
            seen += "31 min"
        }
        assertThat(server.ask(Nap(30), timeout = 1.hours)).isEqualTo(1)
        seen += "nap of 30 min"
        delay(1.hours)
        assertThat(seen).containsExactly("29 min", "nap of 30 min", "31 min")
    }

    @Test
    @DurableCluster(virtualTime = true)
    fun deadlinesPassWhileTheTestWaits(cluster: TestCluster) = cluster.runTest {
        val server = cluster.servers(0).ensure(NAPPING, "napping", State())
        val unknown = assertThrows<OutcomeUnknownException> { server.ask(Nap(30), timeout = 1.minutes) }
        assertThat(unknown.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE)
        assertThat(withTimeoutOrNull<String>(20.minutes) { awaitCancellation() } ?: "timed out").isEqualTo("timed out")
        assertThat(server.ask(Counter.Look, timeout = 30.minutes)).isEqualTo(1)
    }

    @Test
    @DurableCluster(virtualTime = true)
    fun manyWaitAtTheSameTime(cluster: TestCluster) = cluster.runTest {
        val servers = List(20) { cluster.servers(it % 3).ensure(NAPPING, "napping-$it", State()) }
        val naps = servers.mapIndexed { index, server -> async { server.ask(Nap(index), timeout = 1.hours) } }
        assertThat(naps.awaitAll()).hasSize(20).containsOnly(1)
    }

    @Test
    @DurableCluster(virtualTime = true)
    fun failureOfTheTestIsThrown(cluster: TestCluster) {
        assertThatThrownBy {
                cluster.runTest {
                    launch(start = CoroutineStart.UNDISPATCHED) { awaitCancellation() }
                    delay(1.hours)
                    error("as it was asked for")
                }
            }
            .hasMessage("as it was asked for")
        assertThatThrownBy { cluster.runTest(timeout = 200.milliseconds) { awaitCancellation() } }
            .isInstanceOf(AssertionError::class.java)
            .hasMessageContaining("did not end within 200ms")
    }

    @Test
    fun realTimeIsThatOfTheTestToo(cluster: TestCluster) =
        cluster.runTest(30.seconds) {
            val counter = cluster.servers(0).ensure(Counter.TYPE, "counter", State(1))
            delay(1.milliseconds)
            assertThat(counter.ask(Counter.Look)).isEqualTo(1)
        }
}

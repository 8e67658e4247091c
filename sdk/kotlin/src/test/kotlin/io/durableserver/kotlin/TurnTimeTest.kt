package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.kotlin.Counter.State
import io.durableserver.runtime.turn.Turn
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Time passes in a turn that suspends as it does on its node. */
@Timeout(60)
class TurnTimeTest {
    data object Nap : Call<String>

    data object Hurry : Call<String>

    data object Spin : Call<String>

    private val steps = CopyOnWriteArrayList<String>()

    private fun here(): String = Turn.current()?.takeUnless { it.isOver }?.key() ?: "no turn"

    private val napping =
        serverType<State>("napping") {
            suspendCall { _: Nap ->
                delay(20.seconds)
                reply(here())
            }
            suspendCall { _: Hurry -> reply(withTimeoutOrNull(20.seconds) { awaitCancellation() } ?: here()) }
            suspendCall { _: Spin ->
                repeat(4) {
                    launch {
                        while (true) {
                            steps.addIfAbsent(here())
                            yield()
                        }
                    }
                }
                delay(10.seconds)
                awaitCancellation()
            }
            query { _: Counter.Look -> state.count }
        }

    @Test
    fun delayAndTimeoutPassOnTheNodesClock() {
        onCluster(napping, change = { virtualTime() }) { cluster ->
            val server = cluster.servers(0).ensureStarted(napping, "napping", State())
            for (message in listOf(Nap, Hurry)) {
                val reply = server.callAsync(message).toCompletableFuture()
                cluster.advance(Duration.ofSeconds(19))
                assertThat(reply).isNotDone()
                cluster.advance(Duration.ofSeconds(1))
                assertThat(reply).isCompletedWithValue("napping")
            }
        }
    }

    @Test
    fun turnThatIsGivenUpIsCancelledBeforeWhatItLeftRuns() {
        val hasty = napping.turnDeadline(100.milliseconds)
        onCluster(hasty) { cluster ->
            val server = cluster.servers(0).ensureStarted(hasty, "napping", State(7))
            repeat(5) {
                assertThat(server.callAsync(Spin).toCompletableFuture().handle { _, failure -> failure }.join())
                    .isNotNull()
                assertThat(server.call(Counter.Look)).isEqualTo(7)
            }
        }
        assertThat(steps).containsExactly("napping")
    }
}

package io.durableserver.benchmarks.local

import io.durableserver.ServerType
import io.durableserver.benchmarks.node.Counter
import io.durableserver.benchmarks.node.Counter.State
import io.durableserver.kotlin.manualSync
import io.durableserver.kotlin.serverType
import io.durableserver.kotlin.slowTurn
import io.durableserver.kotlin.turnDeadline
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** The counter with handlers in Kotlin. Its messages and states are those of Java, so that nothing else differs. */
internal object KotlinCounter {
    private val released = CompletableDeferred<Unit>()

    val TYPE: ServerType<State> = type("kotlin-counter").turnDeadline(30.minutes)

    /** The same, on the callers' own threads. */
    val IN_PLACE: ServerType<State> = type("kotlin-counter-in-place").inPlace()

    /** Ends the turns of all that wait. */
    fun release() {
        released.complete(Unit)
    }

    private fun type(name: String): ServerType<State> =
        serverType<State>(name) {
                call { add: Counter.Increment -> reply(state.count() + add.by(), State(state.count() + add.by())) }
                call { _: Counter.Get -> reply(state.count()) }
                suspendCall { add: Counter.IncrementAsync ->
                    // Away from the turn's thread, and back to it.
                    val sum = withContext(Dispatchers.Default) { state.count() + add.by() }
                    reply(sum, State(sum))
                }
                suspendCall { _: Counter.Wait ->
                    released.await()
                    reply(state.count())
                }
            }
            .syncPolicy(manualSync(Duration.ZERO))
            .slowTurn(30.minutes) // what waits is meant to
}

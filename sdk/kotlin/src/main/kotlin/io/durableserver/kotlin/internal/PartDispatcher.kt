package io.durableserver.kotlin.internal

import io.durableserver.runtime.turn.Turn
import java.time.Duration
import java.util.concurrent.Executor
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi

/**
 * Runs each step of a coroutine as a part of its turn of its own, so that lease, deadline and stop are looked at before
 * it. Refuses none: a coroutine that was refused would go on outside of its turn.
 */
internal open class PartDispatcher(private val parts: Executor, private val inside: (() -> Unit) -> Unit) :
    CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) = parts.execute { part(block::run) }

    protected fun part(step: () -> Unit) = inside(step)
}

/** A [PartDispatcher] that lets `delay` and `withTimeout` pass on the node's clock, and end in parts of the turn. */
@OptIn(
    InternalCoroutinesApi::class,
    ExperimentalCoroutinesApi::class,
) // the only way to another clock, as that of kotlinx-coroutines-test
internal class TimedParts(private val parts: Turn.Parts, inside: (() -> Unit) -> Unit) :
    PartDispatcher(parts, inside), Delay {
    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val timer = later(timeMillis) { with(continuation) { resumeUndispatched(Unit) } }
        continuation.invokeOnCancellation { timer.dispose() }
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle =
        later(timeMillis, block::run)

    private fun later(timeMillis: Long, step: () -> Unit): DisposableHandle {
        val timer = parts.executeAfter(Duration.ofMillis(timeMillis)) { part(step) }
        return DisposableHandle { timer.close() }
    }
}

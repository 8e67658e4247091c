package io.durableserver.kotlin.testkit.internal

import io.durableserver.testkit.TestCluster
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.PriorityBlockingQueue
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.async

/** Runs coroutines on one thread, in the virtual time of a cluster. */
@OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class VirtualLoop(private val cluster: TestCluster, private val timeout: Duration) :
    CoroutineDispatcher(), Delay {
    private class Timer(val at: Duration, val number: Long, val due: () -> Unit) : Comparable<Timer> {
        override fun compareTo(other: Timer): Int = compareValuesBy(this, other, Timer::at, Timer::number)
    }

    /** What nodes and other dispatchers let go on, from any thread. */
    private val ready = ConcurrentLinkedQueue<Runnable>()
    private val timers = PriorityBlockingQueue<Timer>()
    private val numbers = AtomicLong()

    /** Since the test began. */
    @Volatile private var now = Duration.ZERO

    fun run(test: suspend CoroutineScope.() -> Unit) {
        val end = TimeSource.Monotonic.markNow() + timeout
        val result = CoroutineScope(this).async(block = test)
        while (!result.isCompleted) {
            if (end.hasPassedNow()) {
                result.cancel()
                throw AssertionError("The test did not end within $timeout; its own time was $now")
            }
            val next = ready.poll()
            if (next != null) next.run() else goOn()
        }
        result.getCompletionExceptionOrNull()?.let { throw it }
    }

    /** All coroutines wait: first for what the nodes are at, then for time. */
    private fun goOn() {
        cluster.advance(java.time.Duration.ZERO)
        if (ready.isNotEmpty()) {
            return
        }
        val first = timers.peek()
        if (first != null && first.at <= now) {
            timers.remove(first)
            first.due()
        } else {
            val most = if (first == null) 1.minutes else first.at - now
            now += cluster.advanceToNext(most.toJavaDuration()).toKotlinDuration()
        }
    }

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        ready.add(block)
    }

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val timer = later(timeMillis) { with(continuation) { resumeUndispatched(Unit) } }
        continuation.invokeOnCancellation { timer.dispose() }
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle =
        later(timeMillis, block::run)

    private fun later(timeMillis: Long, due: () -> Unit): DisposableHandle {
        val timer = Timer(now + timeMillis.milliseconds, numbers.getAndIncrement(), due)
        timers.add(timer)
        return DisposableHandle { timers.remove(timer) }
    }
}

package io.durableserver.kotlin.internal

import java.util.concurrent.CancellationException
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/** Stages as what a coroutine waits for. One that is cancelled already sends nothing. */
internal object Answers {
    /** Waits for a stage that nobody else has: it is cancelled with the wait. */
    suspend fun <T> ofOurs(send: () -> CompletionStage<T>): T =
        after(send) { waiting, stage ->
            val ours = stage.toCompletableFuture()
            waiting.invokeOnCancellation { ours.cancel(true) }
        }

    /** Waits for a stage that others may wait for as well. */
    suspend fun <T> of(send: () -> CompletionStage<T>): T = after(send) { _, _ -> }

    private suspend inline fun <T> after(
        noinline send: () -> CompletionStage<T>,
        crossinline sent: (CancellableContinuation<T>, CompletionStage<T>) -> Unit,
    ): T {
        currentCoroutineContext().ensureActive()
        return suspendCancellableCoroutine { waiting ->
            val stage = send()
            sent(waiting, stage)
            stage.whenComplete { value, failure ->
                if (failure == null) waiting.resume(value) else waiting.resumeWithException(thrown(failure))
            }
        }
    }

    /** As it was thrown; but a stage that was cancelled is not the end of the coroutine that waits for it. */
    private fun thrown(failure: Throwable): Throwable {
        val cause = (failure as? CompletionException)?.cause ?: failure
        return if (cause is CancellationException) CompletionException("The stage was cancelled", cause) else cause
    }
}

package io.durableserver.shapes

import io.durableserver.Call
import io.durableserver.Handlers
import io.durableserver.Reply
import io.durableserver.ServerContext
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.Executor
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.createCoroutineUnintercepted
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.coroutines.suspendCoroutine

/** A suspend function as the handler of a call: its turn stays open while it is suspended. What the Kotlin module will stand on. */
fun <S : Any, R, M : Call<R>> Handlers<S>.suspending(
    type: Class<M>,
    handler: suspend (S, M, ServerContext) -> Reply<S, R>,
) =
    callAsync(type) { state, message, context ->
        SuspendedTurn<Reply<S, R>>(context.executor()).begin { handler(state, message, context) }
    }

/** A coroutine that is a turn: it resumes in parts of the turn, its end is that of the stage, and it ends when the turn is given up. */
private class SuspendedTurn<T>(private val parts: Executor) : CompletableFuture<T>(), Continuation<T> {
    /** What it waits for. */
    @Volatile private var awaited: CompletableFuture<*>? = null

    override val context: CoroutineContext = InParts()

    inner class InParts : AbstractCoroutineContextElement(ContinuationInterceptor), ContinuationInterceptor {
        override fun <X> interceptContinuation(continuation: Continuation<X>) =
            object : Continuation<X> {
                override val context = continuation.context

                override fun resumeWith(result: kotlin.Result<X>) = parts.execute { continuation.resumeWith(result) }
            }

        fun waitsFor(stage: CompletableFuture<*>) {
            awaited = stage
            if (isCancelled) {
                stage.cancel(true)
            }
        }
    }

    /** Up to the first suspension on the thread of the handler itself. */
    fun begin(body: suspend () -> T): SuspendedTurn<T> {
        body.createCoroutineUnintercepted(this).resume(Unit)
        return this
    }

    override fun resumeWith(result: kotlin.Result<T>) {
        result.fold(this::complete, this::completeExceptionally)
    }

    override fun cancel(mayInterruptIfRunning: Boolean): Boolean {
        val cancelled = super.cancel(mayInterruptIfRunning)
        awaited?.cancel(true)
        return cancelled
    }
}

suspend fun <T> CompletionStage<T>.await(): T = suspendCoroutine { here ->
    val stage = toCompletableFuture()
    (here.context[ContinuationInterceptor] as? SuspendedTurn<*>.InParts)?.waitsFor(stage)
    stage.whenComplete { value, failure ->
        if (failure == null) {
            here.resume(value)
        } else {
            here.resumeWithException((failure as? CompletionException)?.cause ?: failure)
        }
    }
}

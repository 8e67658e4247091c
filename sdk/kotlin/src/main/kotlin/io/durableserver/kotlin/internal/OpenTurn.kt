package io.durableserver.kotlin.internal

import io.durableserver.ServerContext
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.Executor
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.future.future
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext

/** The turn that a coroutine belongs to, whatever dispatcher it runs on: requests leave as parts of it. */
internal class OpenTurn private constructor(parts: Executor) : AbstractCoroutineContextElement(Key) {
    /**
     * Runs coroutines as parts of the turn. One part at a time is with the server, so that its bound on waiting parts
     * is never met, however many children a handler has; after some steps it makes room for the parts of others.
     */
    private val dispatcher: CoroutineDispatcher = Executor { part ->
        parts.execute { inside { part.run() } }
    }
        .asCoroutineDispatcher()
        .limitedParallelism(1)

    /** Whether this thread runs a part of this turn. */
    private val isHere: Boolean
        get() = here.get() === this

    private inline fun <T> inside(part: () -> T): T {
        val around = here.get()
        here.set(this)
        try {
            return part()
        } finally {
            if (around == null) here.remove() else here.set(around)
        }
    }

    companion object Key : CoroutineContext.Key<OpenTurn> {
        /** The innermost turn whose part this thread runs. */
        private val here = ThreadLocal<OpenTurn?>()

        /**
         * Runs a handler as one coroutine: up to its first suspension on this thread. It ends when its children have,
         * and is cancelled with the stage it returns, which is what happens when the turn is given up.
         */
        fun <T> run(
            context: ServerContext,
            more: CoroutineContext,
            handler: suspend CoroutineScope.() -> T,
        ): CompletableFuture<T> {
            val turn = OpenTurn(context.executor())
            return turn.inside {
                scope(more + turn + turn.dispatcher).future(start = CoroutineStart.UNDISPATCHED, block = handler)
            }
        }

        /** Without a job of its own: the coroutine of a turn is the child of nobody. */
        private fun scope(context: CoroutineContext) =
            object : CoroutineScope {
                override val coroutineContext = context
            }

        /** Whether a coroutine with this context belongs to a turn. */
        fun isIn(context: CoroutineContext): Boolean = context[Key] != null

        /** Sends a request and waits for its answer; inside a turn, as a part of it. */
        suspend fun <T> request(send: () -> CompletionStage<T>): T {
            val turn = currentCoroutineContext()[Key]
            return if (turn == null || turn.isHere) {
                answer(send)
            } else {
                withContext(turn.dispatcher) { answer(send) }
            }
        }

        /** Does something inside the turn, where there is one. */
        suspend fun <T> act(action: () -> T): T {
            val turn = currentCoroutineContext()[Key]
            return if (turn == null || turn.isHere) action() else withContext(turn.dispatcher) { action() }
        }

        private suspend fun <T> answer(send: () -> CompletionStage<T>): T = suspendCancellableCoroutine { waiting ->
            val stage = send().toCompletableFuture()
            waiting.invokeOnCancellation { stage.cancel(true) }
            stage.whenComplete { value, failure ->
                if (failure == null) waiting.resume(value)
                else waiting.resumeWithException((failure as? CompletionException)?.cause ?: failure)
            }
        }
    }
}

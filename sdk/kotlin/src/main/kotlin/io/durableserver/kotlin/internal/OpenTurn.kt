package io.durableserver.kotlin.internal

import io.durableserver.ConfigurationException
import io.durableserver.ServerContext
import io.durableserver.runtime.turn.Turn
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.Executor
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.future
import kotlinx.coroutines.withContext

/**
 * The turn that a coroutine belongs to, whatever dispatcher it runs on: requests leave as parts of it. A thread that is
 * not the turn's is marked while such a coroutine runs there, so that the functions of Java do not leave the turn in
 * silence.
 */
internal class OpenTurn private constructor(private val turn: Turn?, private val parts: Executor) :
    AbstractCoroutineContextElement(Key), ThreadContextElement<OpenTurn.Elsewhere?> {
    /** Where the coroutines of the turn run. */
    private val dispatcher = dispatcher()

    /**
     * The way back into the turn. In no coroutine's context, so that going there always is a dispatch: a coroutine may
     * have [dispatcher] and yet be on another thread, when it was started undispatched.
     */
    private val entrance
        get() = dispatcher()

    private fun dispatcher() = if (parts is Turn.Parts) TimedParts(parts, ::inside) else PartDispatcher(parts, ::inside)

    /** A thread that is not the turn's, and what it ran before. */
    class Elsewhere(val before: Turn?)

    override fun updateThreadContext(context: CoroutineContext): Elsewhere? =
        if (turn == null || isHere) null else Elsewhere(Turn.replace(turn.apart(INSTEAD)))

    override fun restoreThreadContext(context: CoroutineContext, oldState: Elsewhere?) {
        if (oldState != null) {
            Turn.replace(oldState.before)
        }
    }

    /** Whether this thread runs a part of this turn. */
    private val isHere: Boolean
        get() = here.get() === this

    private fun <T> inside(part: () -> T): T {
        val around = here.get()
        here.set(this)
        try {
            return part()
        } finally {
            if (around == null) here.remove() else here.set(around)
        }
    }

    /** Runs a block as a part of the turn, or fails: never outside of it. */
    private suspend fun <T> enter(block: suspend () -> T): T =
        if (isHere) {
            block()
        } else {
            withContext(entrance) {
                check(isHere) { "A part of the turn ran outside of it" }
                block()
            }
        }

    companion object Key : CoroutineContext.Key<OpenTurn> {
        private const val INSTEAD =
            "use `ask`, `tell`, `begin`, `ensure` and `stop`, which go back to it, and do what else the turn does " +
                "outside of `withContext`"

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
            val refusing = context.executor() // which says when no turn is open here
            val here = Turn.current()
            val turn = OpenTurn(here, here?.parts() ?: refusing)
            return turn.inside {
                scope(more + turn + turn.dispatcher).future(start = CoroutineStart.UNDISPATCHED, block = handler)
            }
        }

        /** Without a job of its own: the coroutine of a turn is the child of nobody. */
        private fun scope(context: CoroutineContext) =
            object : CoroutineScope {
                override val coroutineContext = context
            }

        /**
         * Sends a request and waits for its answer; inside a turn, as a part of it. A coroutine that is cancelled sends
         * nothing, and takes back what it sent.
         */
        suspend fun <T> request(send: () -> CompletionStage<T>): T = inTurn { Answers.ofOurs(send) }

        /** As [request], but the stage is the application's: nobody else's wait for it is ended. */
        suspend fun <T> await(send: () -> CompletionStage<T>): T = inTurn { Answers.of(send) }

        private suspend fun <T> inTurn(wait: suspend () -> T): T {
            val turn = currentCoroutineContext()[Key]
            if (turn == null) {
                mayWait()
                return wait()
            }
            return turn.enter(wait)
        }

        /**
         * Refuses to wait in a turn that is no coroutine: what waits there has the server's own thread, as
         * `runBlocking` does, without which nothing it asks for can leave.
         */
        private fun mayWait() {
            val turn = Turn.current() ?: return
            turn.mayAct()
            throw ConfigurationException(
                ConfigurationException.Reason.NOT_ALLOWED_HERE,
                "A turn that is no coroutine cannot suspend: use `call` here, or a handler registered with `suspendCall`",
                mapOf("key" to turn.key()),
            )
        }

        /** Does something inside the turn, where there is one; nothing when the coroutine is cancelled. */
        suspend fun <T> act(action: () -> T): T {
            val turn = currentCoroutineContext()[Key]
            return if (turn == null) whileActive(action) else turn.enter { whileActive(action) }
        }

        private suspend fun <T> whileActive(action: () -> T): T {
            currentCoroutineContext().ensureActive()
            return action()
        }
    }
}

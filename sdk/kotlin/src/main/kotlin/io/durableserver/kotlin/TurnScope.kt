package io.durableserver.kotlin

import io.durableserver.DurableServers
import io.durableserver.Next
import io.durableserver.RejectedException
import io.durableserver.Reply
import io.durableserver.ServerContext
import io.durableserver.StopReason
import kotlinx.coroutines.CoroutineScope

/**
 * What a handler has at hand in its turn, and the words it ends with. The state is a value: what is to be of it is said
 * by what the handler returns.
 *
 * @property state the state before the turn
 * @property context what the server knows of itself and its surroundings
 */
@DurableServerDsl
public open class TurnScope<S : Any> internal constructor(public val state: S, public val context: ServerContext) {
    /** The server's key. */
    public val key: String
        get() = context.key()

    /** The entry point of this node. */
    public val servers: DurableServers
        get() = context.servers()

    /** Goes on with the state [next]. See [Next.state]. */
    public fun next(next: S = state): Next<S> = Next.state(next)

    /** Stops with the state [next]. See [Next.stop]. */
    public fun stop(reason: StopReason = StopReason.normal(), next: S = state): Next<S> = Next.stop(reason, next)

    /**
     * Refuses the message: nothing of this turn is applied, and its caller gets a [RejectedException]. See
     * [Next.reject].
     *
     * @param code what a program decides by
     * @param text what a reader is told
     * @param details names and values for the caller
     */
    public open fun reject(code: String, text: String, vararg details: Pair<String, Any?>): Next<S> =
        Next.reject<S, Nothing>(code, text, mapOf(*details))
}

/** A [TurnScope] of a call that is answered with an [R]. */
public open class CallScope<S : Any, R> internal constructor(state: S, context: ServerContext) :
    TurnScope<S>(state, context) {
    /** Replies to the call and goes on with the state [next]. See [Next.reply]. */
    public fun reply(value: R, next: S = state): Reply<S, R> = Next.reply(value, next)

    override fun reject(code: String, text: String, vararg details: Pair<String, Any?>): Reply<S, R> =
        Next.reject(code, text, mapOf(*details))
}

/** A [TurnScope] of a message of any class that a sealed type permits. */
public open class AnyScope<S : Any> internal constructor(state: S, context: ServerContext) :
    TurnScope<S>(state, context) {
    /**
     * Replies to the call and goes on with the state [next]. What the call expects the compiler cannot tell: a reply of
     * another type reaches its caller as an error. See [io.durableserver.Handlers.any].
     */
    public fun <R> reply(value: R, next: S = state): Reply<S, R> = Next.reply(value, next)
}

/**
 * A [TurnScope] of a handler that may suspend: its turn stays open until the handler and all coroutines it launched
 * here have ended, and no other turn of the server runs meanwhile. They run on the server's own thread, one at a time.
 * When the turn is given up (its deadline, a stop, a lost lease) they are cancelled, and nothing they return counts.
 * Their clean-up then runs outside of the turn, perhaps beside the next one: it must not touch the memory of the
 * activation.
 */
public class SuspendTurnScope<S : Any> internal constructor(state: S, context: ServerContext, turn: CoroutineScope) :
    TurnScope<S>(state, context), CoroutineScope by turn

/** A [CallScope] of a handler that may suspend, as [SuspendTurnScope]. */
public class SuspendCallScope<S : Any, R> internal constructor(state: S, context: ServerContext, turn: CoroutineScope) :
    CallScope<S, R>(state, context), CoroutineScope by turn

/** An [AnyScope] of a handler that may suspend, as [SuspendTurnScope]. */
public class SuspendAnyScope<S : Any> internal constructor(state: S, context: ServerContext, turn: CoroutineScope) :
    AnyScope<S>(state, context), CoroutineScope by turn

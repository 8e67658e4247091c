package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.CallOptions
import io.durableserver.Cast
import io.durableserver.Protocol
import io.durableserver.ServerRef
import io.durableserver.TypedRef
import io.durableserver.kotlin.internal.OpenTurn
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Calls, and suspends until the reply is there. No thread waits. Fails as [ServerRef.call] does, with the same
 * exceptions.
 *
 * In a handler that suspends, the call is one of its turn whatever dispatcher it is made on: it leaves when what it
 * tells of is stored, and a ring of servers that wait for each other is refused.
 *
 * When the coroutine is cancelled, the wait ends: a call that has not begun never does, one that has goes on without
 * its caller, and its reply is dropped. It is applied once or not at all.
 *
 * @param timeout how long to wait, 1 ms to 24 h; the node's default when null. Then the call fails with a typed error,
 *   which says whether it may have had an effect; `withTimeout` around it only says that time is up.
 */
public suspend fun <R> ServerRef.ask(message: Call<R>, timeout: Duration? = null): R = OpenTurn.request {
    callAsync(message, callOptions(timeout))
}

/**
 * As [ServerRef.ask], with options: a request id, repeats. With [CallOptions.exactlyOnce] the call is applied once, and
 * only its deadline leaves the outcome unknown. A cancelled call is not sent again.
 */
public suspend fun <R> ServerRef.ask(message: Call<R>, options: CallOptions): R = OpenTurn.request {
    callAsync(message, options)
}

/** As [ServerRef.ask] with options, for the messages of the type of the server. */
public suspend fun <R, P : Protocol<P>, M> TypedRef<P>.ask(message: M, options: CallOptions): R
    where M : Protocol<P>, M : Call<R> = untyped().ask(message, options)

/** As [ServerRef.ask], for the messages of the type of the server. */
public suspend fun <R, P : Protocol<P>, M> TypedRef<P>.ask(message: M, timeout: Duration? = null): R
    where M : Protocol<P>, M : Call<R> = untyped().ask(message, timeout)

/**
 * Sends a one-way message, at most once, as [ServerRef.cast] does. In a handler that suspends, it is sent by its turn
 * whatever dispatcher this runs on: it leaves with the turn's reply, and not at all when the turn fails.
 */
public suspend fun ServerRef.tell(message: Cast) {
    OpenTurn.act { cast(message) }
}

/** As [ServerRef.tell], for the messages of the type of the server. */
public suspend fun <P : Protocol<P>, M> TypedRef<P>.tell(message: M) where M : Protocol<P>, M : Cast {
    untyped().tell(message)
}

private fun callOptions(timeout: Duration?): CallOptions =
    if (timeout == null) CallOptions.DEFAULT else CallOptions.timeout(timeout.toJavaDuration())

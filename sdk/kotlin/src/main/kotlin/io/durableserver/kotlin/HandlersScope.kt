package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.Handlers
import io.durableserver.Handlers.AsyncCallContextHandler
import io.durableserver.Handlers.AsyncMessageContextHandler
import io.durableserver.Handlers.AsyncTimeoutContextHandler
import io.durableserver.Handlers.CallContextHandler
import io.durableserver.Handlers.DeferredContextHandler
import io.durableserver.Handlers.MessageContextHandler
import io.durableserver.Handlers.QueryContextHandler
import io.durableserver.Handlers.TimeoutContextHandler
import io.durableserver.Next
import io.durableserver.Reply
import io.durableserver.ReplyTo
import io.durableserver.ServerContext
import io.durableserver.kotlin.internal.OpenTurn
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.Job

/**
 * Registers handlers with the words of this library: `override fun handlers(on: Handlers<State>) = on { … }`.
 *
 * @param context goes with the handlers that suspend, such as an MDC or an exception handler; its job and dispatcher do
 *   not count
 */
public operator fun <S : Any> Handlers<S>.invoke(
    context: CoroutineContext = EmptyCoroutineContext,
    block: HandlersScope<S>.() -> Unit,
) {
    HandlersScope(this, context).block()
}

/**
 * Where a server says which message is handled how, as [Handlers]: the class of the message is that of the lambda's
 * parameter, `call { add: Add -> reply(state.count + add.by) }`.
 *
 * Each word comes twice. The plain one runs a lambda as a turn that ends with it: it costs nothing, and may block. The
 * one that begins with `suspend` runs a coroutine, whose turn stays open while it is suspended, and holds no thread;
 * see [SuspendTurnScope].
 */
@DurableServerDsl
public open class HandlersScope<S : Any> internal constructor(private val on: Handlers<S>, context: CoroutineContext) {
    /** Without the job and the dispatcher: those are the turn's. */
    private val coroutines = context.minusKey(Job).minusKey(ContinuationInterceptor)

    /** A call that is answered by the turn that handles it. See [Handlers.call]. */
    public inline fun <reified M : Call<R>, R> call(noinline handler: CallScope<S, R>.(M) -> Reply<S, R>) {
        call(M::class.java, handler)
    }

    public fun <M : Call<R>, R> call(type: Class<M>, handler: CallScope<S, R>.(M) -> Reply<S, R>) {
        on.call(
            type,
            CallContextHandler { state, message, context -> CallScope<S, R>(state, context).handler(message) },
        )
    }

    /** A call that only reads: the lambda returns the reply. See [Handlers.query]. */
    public inline fun <reified M : Call<R>, R> query(noinline handler: CallScope<S, R>.(M) -> R) {
        query(M::class.java, handler)
    }

    public fun <M : Call<R>, R> query(type: Class<M>, handler: CallScope<S, R>.(M) -> R) {
        on.query(
            type,
            QueryContextHandler { state, message, context -> CallScope<S, R>(state, context).handler(message) },
        )
    }

    /** A call that is answered later, by another turn or another thread. See [Handlers.callDeferred]. */
    public inline fun <reified M : Call<R>, R> callDeferred(noinline handler: TurnScope<S>.(M, ReplyTo<R>) -> Next<S>) {
        callDeferred(M::class.java, handler)
    }

    public fun <M : Call<R>, R> callDeferred(type: Class<M>, handler: TurnScope<S>.(M, ReplyTo<R>) -> Next<S>) {
        on.callDeferred(
            type,
            DeferredContextHandler { state, message, caller, context ->
                TurnScope(state, context).handler(message, caller)
            },
        )
    }

    /** A one-way message. See [Handlers.cast]. */
    public inline fun <reified M : Cast> cast(noinline handler: TurnScope<S>.(M) -> Next<S>) {
        cast(M::class.java, handler)
    }

    public fun <M : Cast> cast(type: Class<M>, handler: TurnScope<S>.(M) -> Next<S>) {
        on.cast(type, plain(handler))
    }

    /** A message from inside this node, such as a timer's. See [Handlers.info]. */
    public inline fun <reified M : Any> info(noinline handler: TurnScope<S>.(M) -> Next<S>) {
        info(M::class.java, handler)
    }

    public fun <M : Any> info(type: Class<M>, handler: TurnScope<S>.(M) -> Next<S>) {
        on.info(type, plain(handler))
    }

    /** A turn that another one, or the start, asked for. See [Handlers.continuation]. */
    public inline fun <reified M : Any> continuation(noinline handler: TurnScope<S>.(M) -> Next<S>) {
        continuation(M::class.java, handler)
    }

    public fun <M : Any> continuation(type: Class<M>, handler: TurnScope<S>.(M) -> Next<S>) {
        on.continuation(type, plain(handler))
    }

    /** The idle timeout. See [Handlers.timeout]. */
    public fun timeout(handler: TurnScope<S>.() -> Next<S>) {
        on.timeout(TimeoutContextHandler { state, context -> TurnScope(state, context).handler() })
    }

    /** All messages of a sealed type that have no handler of their own, with one `when`. See [Handlers.any]. */
    public inline fun <reified M : Any> any(noinline handler: AnyScope<S>.(M) -> Next<S>) {
        any(M::class.java, handler)
    }

    public fun <M : Any> any(type: Class<M>, handler: AnyScope<S>.(M) -> Next<S>) {
        on.any(
            type,
            MessageContextHandler { state, message, context -> AnyScope(state, context).handler(message) },
        )
    }

    /** As [call], by a coroutine. */
    public inline fun <reified M : Call<R>, R> suspendCall(
        noinline handler: suspend SuspendCallScope<S, R>.(M) -> Reply<S, R>
    ) {
        suspendCall(M::class.java, handler)
    }

    public fun <M : Call<R>, R> suspendCall(
        type: Class<M>,
        handler: suspend SuspendCallScope<S, R>.(M) -> Reply<S, R>,
    ) {
        on.callAsync(
            type,
            AsyncCallContextHandler { state, message, context ->
                OpenTurn.run(context, coroutines) { SuspendCallScope<S, R>(state, context, this).handler(message) }
            },
        )
    }

    /** As [cast], by a coroutine. */
    public inline fun <reified M : Cast> suspendCast(noinline handler: suspend SuspendTurnScope<S>.(M) -> Next<S>) {
        suspendCast(M::class.java, handler)
    }

    public fun <M : Cast> suspendCast(type: Class<M>, handler: suspend SuspendTurnScope<S>.(M) -> Next<S>) {
        on.castAsync(type, suspending(handler))
    }

    /** As [info], by a coroutine. */
    public inline fun <reified M : Any> suspendInfo(noinline handler: suspend SuspendTurnScope<S>.(M) -> Next<S>) {
        suspendInfo(M::class.java, handler)
    }

    public fun <M : Any> suspendInfo(type: Class<M>, handler: suspend SuspendTurnScope<S>.(M) -> Next<S>) {
        on.infoAsync(type, suspending(handler))
    }

    /** As [continuation], by a coroutine. */
    public inline fun <reified M : Any> suspendContinuation(
        noinline handler: suspend SuspendTurnScope<S>.(M) -> Next<S>
    ) {
        suspendContinuation(M::class.java, handler)
    }

    public fun <M : Any> suspendContinuation(type: Class<M>, handler: suspend SuspendTurnScope<S>.(M) -> Next<S>) {
        on.continuationAsync(type, suspending(handler))
    }

    /** As [timeout], by a coroutine. */
    public fun suspendTimeout(handler: suspend SuspendTurnScope<S>.() -> Next<S>) {
        on.timeoutAsync(AsyncTimeoutContextHandler { state, context -> open(state, context, handler) })
    }

    /** As [any], by a coroutine. */
    public inline fun <reified M : Any> suspendAny(noinline handler: suspend SuspendAnyScope<S>.(M) -> Next<S>) {
        suspendAny(M::class.java, handler)
    }

    public fun <M : Any> suspendAny(type: Class<M>, handler: suspend SuspendAnyScope<S>.(M) -> Next<S>) {
        on.anyAsync(
            type,
            AsyncMessageContextHandler { state, message, context ->
                OpenTurn.run(context, coroutines) { SuspendAnyScope(state, context, this).handler(message) }
            },
        )
    }

    private fun <M : Any> plain(handler: TurnScope<S>.(M) -> Next<S>) =
        MessageContextHandler<S, M> { state, message, context -> TurnScope(state, context).handler(message) }

    private fun <M : Any> suspending(handler: suspend SuspendTurnScope<S>.(M) -> Next<S>) =
        AsyncMessageContextHandler<S, M> { state, message, context -> open(state, context) { handler(message) } }

    private fun open(
        state: S,
        context: ServerContext,
        turn: suspend SuspendTurnScope<S>.() -> Next<S>,
    ): CompletableFuture<Next<S>> = OpenTurn.run(context, coroutines) { SuspendTurnScope(state, context, this).turn() }
}

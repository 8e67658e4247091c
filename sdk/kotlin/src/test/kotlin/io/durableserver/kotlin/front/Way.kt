package io.durableserver.kotlin.front

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.Handlers
import io.durableserver.Handlers.AsyncCallContextHandler
import io.durableserver.Handlers.AsyncMessageContextHandler
import io.durableserver.Handlers.AsyncTimeoutContextHandler
import io.durableserver.Handlers.CallContextHandler
import io.durableserver.Handlers.MessageContextHandler
import io.durableserver.Handlers.TimeoutContextHandler
import io.durableserver.Next
import io.durableserver.Reply
import io.durableserver.ServerContext
import io.durableserver.ServerRef
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.invoke
import io.durableserver.kotlin.tell
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.supplyAsync
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

internal typealias Answer<M, R> = (Scripted.State, M, ServerContext) -> Reply<Scripted.State, R>

internal typealias Step<M> = (Scripted.State, M, ServerContext) -> Next<Scripted.State>

internal typealias Until = (ServerContext) -> CompletableFuture<Unit>

/** A way to register handlers, and to ask and tell others inside them. */
internal interface Way {
    fun <M : Call<R>, R> call(on: Handlers<Scripted.State>, type: Class<M>, answer: Answer<M, R>)

    fun <M : Cast> cast(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>)

    fun <M : Any> continuation(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>)

    fun <M : Any> info(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>)

    fun timeout(on: Handlers<Scripted.State>, step: (Scripted.State) -> Next<Scripted.State>)

    /** Asks another one for its count, and answers with what is made of it. */
    fun <M : Call<Int>> asks(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: (Scripted.State, Int) -> Reply<Scripted.State, Int>,
    )

    /** Tells another one, and then answers or fails. */
    fun <M : Call<Int>> tells(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: Answer<M, Int>,
    )

    /** Waits in its turn for a stage of the application's, and then answers. */
    fun <M : Call<Int>> waits(on: Handlers<Scripted.State>, type: Class<M>, until: Until, answer: Answer<M, Int>)
}

/** Handlers of Java that end with their turn. */
internal object JavaPlain : Way {
    override fun <M : Call<R>, R> call(on: Handlers<Scripted.State>, type: Class<M>, answer: Answer<M, R>) {
        on.call(type, CallContextHandler { state, message, context -> answer(state, message, context) })
    }

    override fun <M : Cast> cast(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) {
        on.cast(type, MessageContextHandler { state, message, context -> step(state, message, context) })
    }

    override fun <M : Any> continuation(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) {
        on.continuation(type, MessageContextHandler { state, message, context -> step(state, message, context) })
    }

    override fun <M : Any> info(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) {
        on.info(type, MessageContextHandler { state, message, context -> step(state, message, context) })
    }

    override fun timeout(on: Handlers<Scripted.State>, step: (Scripted.State) -> Next<Scripted.State>) {
        on.timeout(TimeoutContextHandler { state, _ -> step(state) })
    }

    override fun <M : Call<Int>> asks(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: (Scripted.State, Int) -> Reply<Scripted.State, Int>,
    ) = call(on, type) { state, message, context -> answer(state, other(message, context).call(Scripted.Look)) }

    override fun <M : Call<Int>> tells(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: Answer<M, Int>,
    ) =
        call(on, type) { state, message, context ->
            other(message, context).cast(Scripted.Put(7))
            answer(state, message, context)
        }

    override fun <M : Call<Int>> waits(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        until: Until,
        answer: Answer<M, Int>,
    ) =
        call(on, type) { state, message, context ->
            until(context).join()
            answer(state, message, context)
        }
}

/** Handlers of Java whose turns stay open until a later part of them. */
internal object JavaAsync : Way {
    override fun <M : Call<R>, R> call(on: Handlers<Scripted.State>, type: Class<M>, answer: Answer<M, R>) {
        on.callAsync(
            type,
            AsyncCallContextHandler { state, message, context ->
                later(context) { answer(state, message, context) }
            },
        )
    }

    private fun <T> later(context: ServerContext, part: () -> T): CompletableFuture<T> =
        supplyAsync({ part() }, context.executor())

    override fun <M : Cast> cast(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) {
        on.castAsync(type, async(step))
    }

    override fun <M : Any> continuation(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) {
        on.continuationAsync(type, async(step))
    }

    override fun <M : Any> info(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) {
        on.infoAsync(type, async(step))
    }

    private fun <M : Any> async(step: Step<M>) =
        AsyncMessageContextHandler<Scripted.State, M> { state, message, context ->
            later(context) { step(state, message, context) }
        }

    override fun timeout(on: Handlers<Scripted.State>, step: (Scripted.State) -> Next<Scripted.State>) {
        on.timeoutAsync(AsyncTimeoutContextHandler { state, context -> later(context) { step(state) } })
    }

    override fun <M : Call<Int>> asks(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: (Scripted.State, Int) -> Reply<Scripted.State, Int>,
    ) {
        on.callAsync(
            type,
            AsyncCallContextHandler { state, message, context ->
                other(message, context).callAsync(Scripted.Look).thenApply { answer(state, it) }
            },
        )
    }

    override fun <M : Call<Int>> tells(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: Answer<M, Int>,
    ) =
        call(on, type) { state, message, context ->
            other(message, context).cast(Scripted.Put(7))
            answer(state, message, context)
        }

    override fun <M : Call<Int>> waits(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        until: Until,
        answer: Answer<M, Int>,
    ) {
        on.callAsync(
            type,
            AsyncCallContextHandler { state, message, context ->
                until(context).thenApplyAsync({ answer(state, message, context) }, context.executor())
            },
        )
    }
}

/** Plain handlers by the words of Kotlin. */
internal object KotlinPlain : Way {
    override fun <M : Call<R>, R> call(on: Handlers<Scripted.State>, type: Class<M>, answer: Answer<M, R>) = on {
        call(type) { message -> answer(state, message, context) }
    }

    override fun <M : Cast> cast(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) = on {
        cast(type) { message -> step(state, message, context) }
    }

    override fun <M : Any> continuation(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) = on {
        continuation(type) { message -> step(state, message, context) }
    }

    override fun <M : Any> info(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) = on {
        info(type) { message -> step(state, message, context) }
    }

    override fun timeout(on: Handlers<Scripted.State>, step: (Scripted.State) -> Next<Scripted.State>) = on {
        timeout { step(state) }
    }

    override fun <M : Call<Int>> asks(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: (Scripted.State, Int) -> Reply<Scripted.State, Int>,
    ) = on { call(type) { message -> answer(state, other(message, context).call(Scripted.Look)) } }

    override fun <M : Call<Int>> tells(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: Answer<M, Int>,
    ) = on {
        call(type) { message ->
            other(message, context).cast(Scripted.Put(7))
            answer(state, message, context)
        }
    }

    override fun <M : Call<Int>> waits(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        until: Until,
        answer: Answer<M, Int>,
    ) =
        call(on, type) { state, message, context ->
            until(context).join()
            answer(state, message, context)
        }
}

/** Handlers that suspend before they end, ask by `ask` and tell from another dispatcher. */
internal object Suspending : Way {
    override fun <M : Call<R>, R> call(on: Handlers<Scripted.State>, type: Class<M>, answer: Answer<M, R>) = on {
        suspendCall(type) { message ->
            withContext(Dispatchers.Default) { yield() }
            answer(state, message, context)
        }
    }

    override fun <M : Cast> cast(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) = on {
        suspendCast(type) { message ->
            yield()
            step(state, message, context)
        }
    }

    override fun <M : Any> continuation(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) = on {
        suspendContinuation(type) { message ->
            withContext(Dispatchers.Default) { yield() }
            step(state, message, context)
        }
    }

    override fun <M : Any> info(on: Handlers<Scripted.State>, type: Class<M>, step: Step<M>) = on {
        suspendInfo(type) { message ->
            withContext(Dispatchers.Default) { yield() }
            step(state, message, context)
        }
    }

    override fun timeout(on: Handlers<Scripted.State>, step: (Scripted.State) -> Next<Scripted.State>) = on {
        suspendTimeout {
            yield()
            step(state)
        }
    }

    override fun <M : Call<Int>> asks(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: (Scripted.State, Int) -> Reply<Scripted.State, Int>,
    ) = on {
        suspendCall(type) { message ->
            answer(state, withContext(Dispatchers.IO) { other(message, context).ask(Scripted.Look) })
        }
    }

    override fun <M : Call<Int>> tells(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        other: (M, ServerContext) -> ServerRef,
        answer: Answer<M, Int>,
    ) = on {
        suspendCall(type) { message ->
            withContext(Dispatchers.IO) { other(message, context).tell(Scripted.Put(7)) }
            answer(state, message, context)
        }
    }

    override fun <M : Call<Int>> waits(
        on: Handlers<Scripted.State>,
        type: Class<M>,
        until: Until,
        answer: Answer<M, Int>,
    ) = on {
        suspendCall(type) { message ->
            until(context).copy().await()
            answer(state, message, context)
        }
    }
}

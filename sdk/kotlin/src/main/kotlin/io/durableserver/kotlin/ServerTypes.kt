package io.durableserver.kotlin

import io.durableserver.DurableServer
import io.durableserver.DurableServers
import io.durableserver.Handlers
import io.durableserver.Init
import io.durableserver.ServerContext
import io.durableserver.ServerType
import io.durableserver.StopReason
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * A server type without a class: the block says what the server does. It runs once for each activation, as a
 * constructor does; what it declares (`val waiting = mutableListOf<…>()`) is memory of that activation, and is not
 * stored. It also runs where only the handlers are looked at, as when the type is registered: it must do nothing else
 * than declare.
 *
 * A server with a `load`, `dump`, `onSync` or `upgrade` of its own is a class that extends [DurableServer].
 *
 * @param name see [ServerType.of]
 * @param context goes with the handlers that suspend, such as an MDC or an exception handler; its job and dispatcher do
 *   not count
 */
public inline fun <reified S : Any> serverType(
    name: String,
    context: CoroutineContext = EmptyCoroutineContext,
    crossinline block: ServerScope<S>.() -> Unit,
): ServerType<S> =
    // A class of the application: its loader is that of the application's code.
    ServerType.of(name, S::class.java) {
        object : BlockServer<S>(context) {
            override fun define(scope: ServerScope<S>) = scope.block()
        }
    }

/** A server type with a class, as [ServerType.of]: `serverTypeOf<State>("counter", ::Counter)`. */
public inline fun <reified S : Any> serverTypeOf(
    name: String,
    noinline factory: () -> DurableServer<S>,
): ServerType<S> = ServerType.of(name, S::class.java, factory)

/** What a server does: its handlers, its start and its end. */
public class ServerScope<S : Any> internal constructor(on: Handlers<S>, context: CoroutineContext) :
    HandlersScope<S>(on, context) {
    internal var start: (StartScope<S>.() -> Init<S>)? = null
    internal var end: (StartScope<S>.(StopReason) -> Unit)? = null

    /** Runs before any message. See [DurableServer.init]. */
    public fun init(block: StartScope<S>.() -> Init<S>) {
        start = block
    }

    /** Runs before the final write. See [DurableServer.terminate]. */
    public fun terminate(block: StartScope<S>.(StopReason) -> Unit) {
        end = block
    }
}

/**
 * What a server has at hand when it starts and when it stops.
 *
 * @property state its state
 * @property context what it knows of itself and its surroundings
 */
@DurableServerDsl
public class StartScope<S : Any> internal constructor(public val state: S, public val context: ServerContext) {
    /** The server's key. */
    public val key: String
        get() = context.key()

    /** The entry point of this node. */
    public val servers: DurableServers
        get() = context.servers()

    /** Starts with this state. See [Init.ok]. */
    public fun ok(state: S = this.state): Init<S> = Init.ok(state)

    /** Declines to start. See [Init.ignore]. */
    public fun ignore(): Init<S> = Init.ignore()
}

/** A server that a block defines. */
@PublishedApi
internal abstract class BlockServer<S : Any>(private val coroutines: CoroutineContext) : DurableServer<S>() {
    private lateinit var scope: ServerScope<S>

    abstract fun define(scope: ServerScope<S>)

    override fun handlers(on: Handlers<S>) {
        scope = ServerScope(on, coroutines)
        define(scope)
    }

    override fun init(state: S, context: ServerContext): Init<S> =
        scope.start?.invoke(StartScope(state, context)) ?: Init.ok(state)

    override fun terminate(reason: StopReason, state: S): Any? {
        scope.end?.invoke(StartScope(state, context()), reason)
        return null
    }
}

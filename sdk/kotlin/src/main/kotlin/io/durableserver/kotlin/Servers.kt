package io.durableserver.kotlin

import io.durableserver.DurableServers
import io.durableserver.Protocol
import io.durableserver.ServerAddress
import io.durableserver.ServerInfo
import io.durableserver.ServerLocation
import io.durableserver.ServerRef
import io.durableserver.ServerType
import io.durableserver.StartOptions
import io.durableserver.Termination
import io.durableserver.TypedRef
import io.durableserver.TypedServerType
import io.durableserver.admin.Admin
import io.durableserver.kotlin.internal.OpenTurn
import io.durableserver.kotlin.internal.TurnAdmin
import java.util.concurrent.CompletionStage
import kotlin.jvm.optionals.getOrNull
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Starts a server that does not run yet, as [DurableServers.start] does, and suspends until it runs. A coroutine that
 * is cancelled ends the wait, not the start; in a turn whose predecessors are not stored yet, the start has not begun,
 * and does not.
 *
 * @param initial the state for the very first boot; ignored when the store has one
 * @param timeout how long to wait, 1 ms to 24 h; the node's default when null
 */
public suspend fun <S : Any> DurableServers.begin(
    type: ServerType<S>,
    key: String,
    initial: S,
    timeout: Duration? = null,
): ServerRef = OpenTurn.request { startAsync(type, key, initial, startOptions(timeout)) }

/** As [DurableServers.begin], for a type that names its messages. */
public suspend fun <S : Any, P : Protocol<P>> DurableServers.begin(
    type: TypedServerType<S, P>,
    key: String,
    initial: S,
    timeout: Duration? = null,
): TypedRef<P> = TypedRef.of(type, begin<S>(type, key, initial, timeout))

/** As [DurableServers.begin], but a server that runs already is fine: see [DurableServers.ensureStarted]. */
public suspend fun <S : Any> DurableServers.ensure(
    type: ServerType<S>,
    key: String,
    initial: S,
    timeout: Duration? = null,
): ServerRef = OpenTurn.request { ensureStartedAsync(type, key, initial, startOptions(timeout)) }

/** As [DurableServers.ensure], for a type that names its messages. */
public suspend fun <S : Any, P : Protocol<P>> DurableServers.ensure(
    type: TypedServerType<S, P>,
    key: String,
    initial: S,
    timeout: Duration? = null,
): TypedRef<P> = TypedRef.of(type, ensure<S>(type, key, initial, timeout))

/** Where a server runs, as the directory knows it now; null when it does not run. See [Admin.lookup]. */
public suspend fun DurableServers.find(key: String): ServerLocation? =
    OpenTurn.request { admin().lookupAsync(key) }.getOrNull()

/** What the store holds of a server, by a strong read; null when it holds nothing. See [Admin.info]. */
public suspend fun DurableServers.stored(key: String): ServerInfo? =
    OpenTurn.request { admin().infoAsync(key) }.getOrNull()

/**
 * Stops a server wherever it runs, and suspends until its final write. See [Admin.terminate]. A coroutine that is
 * cancelled ends the wait, not the stop, which has begun but for a turn whose predecessors are not stored yet.
 *
 * @return false when it did not run and there was nothing to do
 * @throws io.durableserver.NotAppliedException `CALL_RING` inside a turn of that server, or of one that waits for it
 */
public suspend fun DurableServers.stop(key: String, how: Termination = Termination.GRACEFUL): Boolean =
    OpenTurn.request {
        TurnAdmin(admin()).terminateAsync(key, how)
    }

/**
 * Suspends until this node takes requests, see [DurableServers.awaitReady]; refused in a turn, which it may wait for.
 * No thread waits. A coroutine that is cancelled waits no more.
 *
 * @param timeout how long to wait at most; zero or less looks once
 * @throws io.durableserver.NotAppliedException `NOT_READY` or `DRAINING` when it does not within [timeout]
 */
public suspend fun DurableServers.ready(timeout: Duration) {
    OpenTurn.request { awaitReadyAsync(timeout.toJavaDuration()) }
}

/**
 * Asks for what operators do by hand, and suspends until it is done: `servers.admin { exportAsync("user_123") }`. A
 * cancelled coroutine ends the wait, not the request. A stage that is cancelled fails the wait with a
 * [java.util.concurrent.CompletionException]. In a turn a stop of its own server, or of one that waits for it, is
 * refused with `CALL_RING`.
 *
 * @param request one of the `…Async` methods of [Admin]
 */
public suspend fun <T> DurableServers.admin(request: Admin.() -> CompletionStage<T>): T = OpenTurn.await {
    TurnAdmin(admin()).request()
}

/** Where the server runs, see [DurableServers.find]. */
public suspend fun ServerAddress.find(): ServerLocation? = servers().find(key())

/** What the store holds of the server, see [DurableServers.stored]. */
public suspend fun ServerAddress.stored(): ServerInfo? = servers().stored(key())

/** Stops the server, see [DurableServers.stop]. */
public suspend fun ServerAddress.stop(how: Termination = Termination.GRACEFUL): Boolean = servers().stop(key(), how)

private fun startOptions(timeout: Duration?): StartOptions =
    if (timeout == null) StartOptions.DEFAULT else StartOptions.DEFAULT.withTimeout(timeout.toJavaDuration())

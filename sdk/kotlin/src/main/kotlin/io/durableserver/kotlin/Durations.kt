package io.durableserver.kotlin

import io.durableserver.Init
import io.durableserver.Next
import io.durableserver.Protocol
import io.durableserver.Registration
import io.durableserver.Reply
import io.durableserver.ServerContext
import io.durableserver.ServerType
import io.durableserver.SyncPolicy
import io.durableserver.TypedServerType
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** As [Next.idleTimeout]. */
public fun <S : Any> Next<S>.idleTimeout(timeout: Duration): Next<S> = idleTimeout(timeout.toJavaDuration())

/** As [Reply.idleTimeout]. */
public fun <S : Any, R> Reply<S, R>.idleTimeout(timeout: Duration): Reply<S, R> = idleTimeout(timeout.toJavaDuration())

/** As [Init.idleTimeout]. */
public fun <S : Any> Init<S>.idleTimeout(timeout: Duration): Init<S> = idleTimeout(timeout.toJavaDuration())

/** As [ServerContext.sendAfter]. */
public fun ServerContext.sendAfter(delay: Duration, message: Any): Registration =
    sendAfter(delay.toJavaDuration(), message)

/** As [ServerType.slowTurn]. */
public fun <S : Any> ServerType<S>.slowTurn(limit: Duration): ServerType<S> = slowTurn(limit.toJavaDuration())

/** As [TypedServerType.slowTurn]. */
public fun <S : Any, P : Protocol<P>> TypedServerType<S, P>.slowTurn(limit: Duration): TypedServerType<S, P> =
    slowTurn(limit.toJavaDuration())

/** As [ServerType.turnDeadline]. */
public fun <S : Any> ServerType<S>.turnDeadline(limit: Duration): ServerType<S> = turnDeadline(limit.toJavaDuration())

/** As [TypedServerType.turnDeadline]. */
public fun <S : Any, P : Protocol<P>> TypedServerType<S, P>.turnDeadline(limit: Duration): TypedServerType<S, P> =
    turnDeadline(limit.toJavaDuration())

/** As [SyncPolicy.manual]: a sync of what changed at least this often. */
public fun manualSync(interval: Duration): SyncPolicy = SyncPolicy.manual(interval.toJavaDuration())

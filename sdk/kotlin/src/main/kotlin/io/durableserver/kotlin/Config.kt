package io.durableserver.kotlin

import io.durableserver.Protocol
import io.durableserver.ServerContext
import io.durableserver.ServerType
import io.durableserver.TypedServerType
import io.durableserver.config.DurableServersConfig
import io.durableserver.config.LeaseConfig
import io.durableserver.config.Limits
import io.durableserver.config.Timeouts
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Builds a configuration: `durableServersConfig("shop/") { type(Cart); service(clock); timeouts { call(2.seconds) } }`.
 *
 * @throws io.durableserver.ConfigurationException naming the option, its value and its bound
 */
public inline fun durableServersConfig(
    prefix: String,
    block: DurableServersConfig.Builder.() -> Unit,
): DurableServersConfig = DurableServersConfig.builder().prefix(prefix).apply(block).build()

/** An object that servers get by [ServerContext.service] of the class [T]. */
public inline fun <reified T : Any> DurableServersConfig.Builder.service(value: T): DurableServersConfig.Builder =
    service(T::class.java, value)

/** See [DurableServersConfig.timeouts]. */
public inline fun DurableServersConfig.Builder.timeouts(
    block: Timeouts.Builder.() -> Unit
): DurableServersConfig.Builder = timeouts(Timeouts.builder().apply(block).build())

/** See [DurableServersConfig.limits]. */
public inline fun DurableServersConfig.Builder.limits(block: Limits.Builder.() -> Unit): DurableServersConfig.Builder =
    limits(Limits.builder().apply(block).build())

/** See [DurableServersConfig.lease]. */
public inline fun DurableServersConfig.Builder.lease(
    block: LeaseConfig.Builder.() -> Unit
): DurableServersConfig.Builder = lease(LeaseConfig.builder().apply(block).build())

/** The service of the class [T] that the node was configured with. See [ServerContext.service]. */
public inline fun <reified T : Any> ServerContext.service(): T = service(T::class.java)

/** A type that names the sealed interface of its messages. See [ServerType.messages]. */
public inline fun <S : Any, reified P : Protocol<P>> ServerType<S>.messages(): TypedServerType<S, P> =
    messages(P::class.java)

/** See [Timeouts.call]. */
public fun Timeouts.Builder.call(value: Duration): Timeouts.Builder = call(value.toJavaDuration())

/** See [Timeouts.start]. */
public fun Timeouts.Builder.start(value: Duration): Timeouts.Builder = start(value.toJavaDuration())

/** See [Timeouts.write]. */
public fun Timeouts.Builder.write(value: Duration): Timeouts.Builder = write(value.toJavaDuration())

/** See [Timeouts.read]. */
public fun Timeouts.Builder.read(value: Duration): Timeouts.Builder = read(value.toJavaDuration())

/** See [Timeouts.drain]. */
public fun Timeouts.Builder.drain(value: Duration): Timeouts.Builder = drain(value.toJavaDuration())

/** See [LeaseConfig.time]. */
public fun LeaseConfig.Builder.time(value: Duration): LeaseConfig.Builder = time(value.toJavaDuration())

/** See [LeaseConfig.renewEvery]. */
public fun LeaseConfig.Builder.renewEvery(value: Duration): LeaseConfig.Builder = renewEvery(value.toJavaDuration())

/** See [LeaseConfig.margin]. */
public fun LeaseConfig.Builder.margin(value: Duration): LeaseConfig.Builder = margin(value.toJavaDuration())

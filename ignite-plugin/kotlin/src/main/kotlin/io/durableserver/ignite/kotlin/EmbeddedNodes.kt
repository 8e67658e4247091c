package io.durableserver.ignite.kotlin

import io.durableserver.config.DurableServersConfig
import io.durableserver.ignite.EmbeddedNode
import io.durableserver.kotlin.durableServersConfig
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Builds the settings of an embedded node: `embeddedNode("node-1") { persistence(true); servers("shop/") { type(CART) }
 * }`.
 *
 * @param name see [EmbeddedNode.name]
 * @throws io.durableserver.ConfigurationException naming the option, its value and its bound
 */
public inline fun embeddedNode(name: String, block: EmbeddedNode.Builder.() -> Unit): EmbeddedNode =
    EmbeddedNode.builder().name(name).apply(block).build()

/** Adds the durable servers of a prefix. See [durableServersConfig]. */
public inline fun EmbeddedNode.Builder.servers(
    prefix: String,
    block: DurableServersConfig.Builder.() -> Unit,
): EmbeddedNode.Builder = servers(durableServersConfig(prefix, block))

/** See [EmbeddedNode.failureDetection]. */
public fun EmbeddedNode.Builder.failureDetection(value: Duration): EmbeddedNode.Builder =
    failureDetection(value.toJavaDuration())

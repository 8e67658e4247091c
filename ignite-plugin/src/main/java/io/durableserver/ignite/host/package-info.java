/**
 * The durable servers of one Ignite node: {@code NodeHost} takes them from the configuration of the node to its stop, with a
 * {@code HostedPrefix} for each prefix. Knows no embedded node.
 */
@NullMarked
package io.durableserver.ignite.host;

import org.jspecify.annotations.NullMarked;

/**
 * What there is around the cluster of a node: who was lost, where nodes can be met, and who answers outside. {@code Outskirts} asks,
 * {@code Memory} remembers, {@code DiscoveryPlaces} says where. Knows no durable servers.
 */
@NullMarked
package io.durableserver.ignite.around;

import org.jspecify.annotations.NullMarked;

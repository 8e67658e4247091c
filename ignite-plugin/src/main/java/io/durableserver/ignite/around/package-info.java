/**
 * The surroundings of a node's cluster: its lost nodes, the places where nodes can be met, and those that answer outside. {@code Outskirts} asks,
 * {@code Memory} remembers, {@code DiscoveryPlaces} says where. Knows no durable servers.
 */
@NullMarked
package io.durableserver.ignite.around;

import org.jspecify.annotations.NullMarked;

/**
 * The only map from key to activation on this node, and the states of an activation. Knows neither formats nor the
 * network.
 *
 * <p>{@link Activations} is the map, {@link Activation} one server from start to end. {@link Starting} begins it,
 * {@link Turns} and {@link TurnEnd} run its turns, {@link Writes} and {@link AfterWrite} store its record,
 * {@link Stopping} and {@link Loss} end it. {@link Mail} is its mailbox, {@link Timers} its timers, {@link OpenReplies}
 * the callers that wait for it, {@link Context} is what its user code sees. {@link Published} and {@link Republish}
 * keep its directory entry.
 */
@NullMarked
package io.durableserver.runtime.activation;

import org.jspecify.annotations.NullMarked;

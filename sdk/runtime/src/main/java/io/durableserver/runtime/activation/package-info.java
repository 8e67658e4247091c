/**
 * The only map from key to server on this node, and the life of one server. Knows neither formats nor the network.
 *
 * <p>{@link Activations} is the map. {@link Activation} composes one server of parts none of which knows the whole:
 * {@link Entrance} is the way in for one thread at a time, {@link ServerThread} what may come into the middle of a turn.
 * {@link Starting} begins the server; {@link Turns}, {@link TurnResults} and {@link TurnEnd} run its turns, {@link OpenTurn} those
 * that stay open, with their {@link TurnParts}; {@link AfterWrite} goes on after a write; {@link Stopping} ends the server in good
 * order and {@link Ends} tells all that wait for it. {@link Mail} is its mailbox, with one {@link MeasuredWait} at a time, {@link Timers} its timers, {@link OpenReplies} the
 * callers that wait, {@link Context} what its user code sees.
 */
@NullMarked
package io.durableserver.runtime.activation;

import org.jspecify.annotations.NullMarked;

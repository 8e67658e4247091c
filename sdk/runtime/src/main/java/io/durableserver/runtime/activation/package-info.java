/**
 * The only map from key to server on this node, and the life of one server. Knows neither formats nor the network.
 *
 * <p>{@link Activations} is the map. {@link Activation} composes one server of parts none of which knows the whole:
 * {@link ServerState} is what it is now, {@link ServerSteps} its life as pure steps, {@link Entrance} the way in for one thread
 * at a time, {@link ServerThread} what may come into the middle of a turn. {@link Starting} begins it; {@link Turns},
 * {@link TurnResults} and {@link TurnEnd} run its turns, {@link OpenTurn} those that stay open, with their {@link TurnParts}; {@link RecordKeeper} and
 * {@link AfterWrite} store its record; {@link Stopping} ends it in good order and {@link Ends} tells everybody of the end.
 * {@link Mail} is its mailbox, {@link Timers} its timers, {@link OpenReplies} the callers that wait for it, {@link Context} what its
 * user code sees. {@link Published} and {@link Republish} keep its directory entry.
 */
@NullMarked
package io.durableserver.runtime.activation;

import org.jspecify.annotations.NullMarked;

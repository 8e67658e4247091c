/**
 * What one server is at this moment, and what may happen to it next. Starts nothing and stores nothing.
 *
 * <p>{@link ServerState} holds the values of a server and {@link Phase} the stage of its life; {@link ServerSteps} is that life
 * as pure steps. {@link NodeScope} is what a server sees of its node. {@link Refusals} makes the typed errors.
 */
@NullMarked
package io.durableserver.runtime.server;

import org.jspecify.annotations.NullMarked;

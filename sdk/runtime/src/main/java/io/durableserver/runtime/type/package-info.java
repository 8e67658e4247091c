/**
 * The messages of a server type: which handler takes which message, and under what name it travels. Runs no handler.
 *
 * <p>{@link HandlerCollector} takes what an application registers, {@link HandlerTable} finds the {@link Slot} of a message
 * or of a name, {@link Permitted} the messages of a sealed type.
 */
@NullMarked
package io.durableserver.runtime.type;

import org.jspecify.annotations.NullMarked;

/**
 * Order and bound of the messages that wait for one server. Does not know user code.
 *
 * <p>A {@link Mailbox} holds an {@link Envelope} for each message, {@link Encoded} as it came from another node; a
 * {@link ReplySink} is where the answer goes.
 */
@NullMarked
package io.durableserver.runtime.mailbox;

import org.jspecify.annotations.NullMarked;

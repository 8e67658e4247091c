/**
 * The way of a call from send to reply, deadline, loss or cancel, and the messages that come in. Does not know where
 * the server is.
 *
 * <p>{@link Calls} is the way of a call, {@link LocalCall} and {@link RemoteCall} its two kinds, {@link Casts} that of
 * one-way messages; {@link Way} is what they use. {@link Delivery} is the one door to the servers of this node, {@link Payloads}
 * makes bytes of messages and replies. {@link PendingCalls} knows what waits, its replies and its loss; {@link CallTable} has the ids,
 * their bound and their deadlines; {@link WaitingCall} is a caller that blocks. {@link Outgoing} makes messages,
 * {@link Inbound} takes them, {@link RemoteSink} answers them, and {@link DataPlane} sends them. {@link KeyedRef} is the reference that applications
 * hold.
 */
@NullMarked
package io.durableserver.runtime.call;

import org.jspecify.annotations.NullMarked;

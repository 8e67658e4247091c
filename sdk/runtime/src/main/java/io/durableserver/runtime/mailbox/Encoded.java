package io.durableserver.runtime.mailbox;

/**
 * A message of another node that is decoded in its turn: the application's classes are made on the server's thread, never
 * on one of the transport.
 */
@FunctionalInterface
public interface Encoded {
    /**
     * The message.
     *
     * @throws io.durableserver.DurableServerException when it cannot be decoded
     */
    Object decode();
}

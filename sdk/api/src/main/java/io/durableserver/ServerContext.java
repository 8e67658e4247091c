package io.durableserver;

import java.time.Duration;
import java.util.Map;

/** What a running server knows of itself and its surroundings. Thread-safe. */
public interface ServerContext {
    /** The server's key. */
    String key();

    /** The name of the server's type. */
    String type();

    /**
     * The ownership epoch: raised by one at every acquisition. Hand it to outside systems as a fencing token.
     */
    long epoch();

    /** A reference to this server. */
    ServerRef self();

    /** The entry point of this node. */
    DurableServers servers();

    /**
     * A service injected through {@link DurableServersConfig.Builder#service}.
     *
     * @throws ConfigurationException when none of this class was configured
     */
    <T> T service(Class<T> type);

    /** The user metadata as last set. */
    Map<String, String> metadata();

    /**
     * The headers of the message whose turn runs on this thread, see {@link ServerRef#withHeaders}. Calls and casts made in the
     * turn, and {@link #send}, take them along. Empty elsewhere: in turns of timers, idle timeouts and continuations, in callbacks,
     * and on other threads.
     */
    Map<String, String> headers();

    /**
     * Puts a message into this server's own mailbox, for its info handler. Nothing is encoded.
     *
     * @throws NotAppliedException when the mailbox is full or the server stopped
     */
    void send(Object message);

    /**
     * As {@link #send}, after a delay; at once when it is zero or negative, and longer than 73 years counts as that. The
     * timer ends with the server. A full mailbox drops the message with a log line.
     *
     * @throws NotAppliedException {@code OVERLOADED} when {@code limits.timers} timers of this server wait already
     */
    Registration sendAfter(Duration delay, Object message);
}

package io.durableserver;

import io.durableserver.config.DurableServersConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

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
     * The headers of the message whose turn runs on this thread, see {@link ServerRef#withHeaders}; in {@code init}, those of the
     * message that brought the server back, or of the turn that started it. Calls, casts and starts made in the turn, and
     * {@link #send}, take them along. Empty elsewhere: in turns of timers, idle timeouts and continuations, in the other callbacks,
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

    /**
     * Runs tasks as parts of the turn that is open now: on the server's own thread, one after another, never beside another turn.
     * Calls and casts made there are those of the turn: they wait for what is not stored yet, casts leave when the turn ends, and
     * the chain of callers that finds rings goes with them. Stages of calls made in the turn end on this executor, so that what is
     * chained on them needs no executor of its own. Belongs to one turn; take it anew in each. Once the turn is over, tasks
     * run outside of it, one after another, perhaps beside the turns that follow; calls, casts and starts made there throw
     * {@code NOT_ALLOWED_HERE}. Takes tasks from any thread, {@code limits.mailboxCapacity} at a time; more are refused with
     * {@link java.util.concurrent.RejectedExecutionException}.
     *
     * @throws ConfigurationException {@code NOT_ALLOWED_HERE} outside of a handler registered with an {@code …Async} method of
     *     {@link Handlers}
     */
    Executor executor();
}

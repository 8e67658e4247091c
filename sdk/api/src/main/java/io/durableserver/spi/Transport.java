package io.durableserver.spi;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Messages between node sessions. Thread-safe; nothing blocks. Senders are named by the objects {@link Membership#view} has. */
public interface Transport {
    /** Receives the messages of the data plane. */
    @FunctionalInterface
    interface MessageHandler {
        /** Runs on a thread of the transport and must not block. Calls for one sender come one after another. */
        void receive(Session from, byte[] message);
    }

    /** Answers the requests of the control plane. */
    @FunctionalInterface
    interface RequestHandler {
        CompletionStage<byte[]> handle(Session from, byte[] request);
    }

    /**
     * Messages that wait on this node to leave for others.
     *
     * @param bytes of all of them
     */
    record Waiting(long messages, long bytes) {}

    /** What waits now, roughly, for figures; nothing where messages do not wait on the node that sends them. Any thread. */
    default Waiting waiting() {
        return new Waiting(0, 0);
    }

    /** Sets the receiver of messages; called once, before the first {@link #send}. */
    void onMessage(MessageHandler handler);

    /** Sets the handler of requests; called once, before the first {@link #request}. */
    void onRequest(RequestHandler handler);

    /**
     * Sends one message: at most once, first in first out per pair of sessions. A message to a session that is gone is
     * dropped; membership events tell.
     *
     * @return false when the bounded queue to that session is full: nothing was sent
     */
    boolean send(Session to, byte[] message);

    /**
     * Asks a session and completes with its answer. The stage fails with {@link io.durableserver.OutcomeUnknownException}
     * when the session is lost or the time is over, with {@link io.durableserver.NotAppliedException} when the request
     * never reached it; when its handler fails, with what that failed with as far as it can be carried, or as an unknown
     * outcome.
     */
    CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout);
}

package io.durableserver.ignite.transport;

import io.durableserver.spi.Session;
import io.durableserver.spi.Transport.MessageHandler;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Delivers the messages of a session to itself, without Ignite but with the same bound and order. */
final class LocalPeer {
    private static final int MAX_MESSAGES = 1 << 16;
    private static final long MAX_BYTES = 32L << 20;

    private final Session self;
    private final Supplier<@Nullable MessageHandler> handler;
    private final FrameFacts facts;
    private final Outbox outbox;

    LocalPeer(Session self, Executor executor, Supplier<@Nullable MessageHandler> handler, FrameFacts facts) {
        this.self = self;
        this.facts = facts;
        this.handler = handler;
        this.outbox = new Outbox(MAX_MESSAGES, MAX_BYTES, executor, this::drain);
    }

    boolean send(byte[] message) {
        return outbox.offer(message);
    }

    private void drain() {
        while (!outbox.isEmpty()) {
            outbox.nextBatch().messages().forEach(this::deliver);
        }
    }

    private void deliver(byte[] message) {
        MessageHandler receiver = handler.get();
        if (receiver == null) {
            return;
        }
        try {
            receiver.receive(self, message);
        } catch (RuntimeException e) {
            facts.failed(e);
        }
    }
}

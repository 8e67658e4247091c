package io.durableserver.runtime.activation;

import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.server.ServerState;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The time of a message in the mailbox of one server, for those who listen to the hot path: of one message at a time, so that none of
 * them carries its own.
 */
final class MeasuredWait {
    private final ServerState<?> server;
    private final AtomicReference<@Nullable Envelope> waiting = new AtomicReference<>();
    /** Written before the message is in the mailbox, and read by the thread that takes it out. */
    private long sinceNanos;

    MeasuredWait(ServerState<?> server) {
        this.server = server;
    }

    /** The message is about to be put into the mailbox; not measured when another one is. Any thread. */
    void begins(Envelope message) {
        if (waiting.compareAndSet(null, message)) {
            sinceNanos = server.node.time().nanoTime();
        }
    }

    /** The message is not in the mailbox, or is taken out of it for nothing. Any thread. */
    void forget(Envelope message) {
        waiting.compareAndSet(message, null);
    }

    /** The message was taken out of the mailbox. The server's own thread. */
    @SuppressWarnings("ReferenceEquality") // this message, not one like it
    void ends(Envelope message) {
        if (waiting.get() == message) {
            long nanos = server.node.time().nanoTime() - sinceNanos;
            waiting.set(null);
            HotPath hot = server.node.facts().hot();
            if (hot != null) {
                hot.mailWaited(server.type.index(), nanos);
            }
        }
    }
}

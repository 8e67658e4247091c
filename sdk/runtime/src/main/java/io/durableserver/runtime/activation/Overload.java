package io.durableserver.runtime.activation;

import io.durableserver.runtime.mailbox.Mailbox;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Throttle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a mailbox is full, and when it has room again: both at most so often, however often it fills. Made of atomics, so
 * that nobody who sends waits for the telling.
 */
final class Overload {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** What there is of it with the first refused message: most servers never refuse one. */
    private static final class Refused {
        final AtomicLong count = new AtomicLong();
        final Throttle throttle = new Throttle(PAUSE);
        /** Set while its beginning was told, and not its end. */
        final AtomicBoolean told = new AtomicBoolean();
    }

    private final ServerState<?> server;
    private volatile @Nullable Refused refused;

    Overload(ServerState<?> server) {
        this.server = server;
    }

    /** A message found no room; any thread. */
    void refused(Mailbox mailbox) {
        Refused all = refused;
        if (all == null) {
            all = first();
        }
        all.count.incrementAndGet();
        if (!all.told.get()
                && server.steps.takesMail()
                && all.throttle.allows(server.node.time().nanoTime())) {
            server.facts().tell(new ServerEvent.OverloadBegun(server.key, server.type.name(), mailbox.size()));
            all.told.set(true); // only now, so that its end is told after it
            look(mailbox);
        }
    }

    private synchronized Refused first() {
        Refused all = refused;
        if (all == null) {
            all = new Refused();
            refused = all;
        }
        return all;
    }

    /** Tells of its end when that is so; any thread. */
    void look(Mailbox mailbox) {
        Refused all = refused;
        if (all != null
                && all.told.get()
                && mailbox.size() <= server.node.config().limits().mailboxCapacity() / 2
                && all.told.getAndSet(false)) {
            server.facts().tell(new ServerEvent.OverloadEnded(server.key, server.type.name(), all.count.getAndSet(0)));
        }
    }
}

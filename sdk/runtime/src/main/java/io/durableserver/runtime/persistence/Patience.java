package io.durableserver.runtime.persistence;

import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.ServerState;

/** How long one write is tried: as long as the lease holds, but no longer than the write timeout once callers wait. */
final class Patience {
    private final ServerState<?> server;
    private long awaitedSince;
    private boolean awaited;

    Patience(ServerState<?> server) {
        this.server = server;
    }

    boolean mayRetry() {
        long now = server.node.time().nanoTime();
        if (!server.node.lease().isValid(now) || server.phase() == Phase.STOPPED) {
            return false;
        }
        boolean strict = server.durability.gate() != 0 || server.phase() == Phase.STOPPING;
        if (strict && !awaited) {
            awaited = true;
            awaitedSince = now;
        }
        long patience = server.node.config().timeouts().write().toNanos();
        return !awaited || now - awaitedSince < patience;
    }
}

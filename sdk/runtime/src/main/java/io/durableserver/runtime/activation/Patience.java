package io.durableserver.runtime.activation;

/** How long one write is tried: as long as the lease holds, but no longer than the write timeout once callers wait. */
final class Patience {
    private final Activation<?> activation;
    private long awaitedSince;
    private boolean awaited;

    Patience(Activation<?> activation) {
        this.activation = activation;
    }

    boolean mayRetry() {
        long now = activation.node.time().nanoTime();
        if (!activation.node.lease().isValid(now) || activation.phase == Phase.STOPPED) {
            return false;
        }
        boolean strict = activation.durability.gate() != 0 || activation.phase == Phase.STOPPING;
        if (strict && !awaited) {
            awaited = true;
            awaitedSince = now;
        }
        long patience = activation.node.config().timeouts().write().toNanos();
        return !awaited || now - awaitedSince < patience;
    }
}

package io.durableserver.runtime.ownership;

import io.durableserver.LeaseConfig;

/**
 * How long this node may serve (P4): until {@code time - margin} after the start of its last successful renewal, on its
 * own monotonic clock. Counting from the start makes the node stop early rather than late, however slow the store was.
 */
public final class LeaseClock {
    private final long holdNanos;
    private volatile long validUntil;
    private volatile boolean held;

    public LeaseClock(LeaseConfig config) {
        this.holdNanos = config.time().minus(config.margin()).toNanos();
    }

    /** The lease was stored by a write that began at this time. */
    void renewed(long startedNanos) {
        validUntil = startedNanos + holdNanos;
        held = true;
    }

    /** The lease is gone for good. */
    void lost() {
        held = false;
    }

    /** Whether the node may serve at this time. */
    public boolean isValid(long nowNanos) {
        return held && nowNanos - validUntil < 0;
    }
}

package io.durableserver.runtime.ownership;

import io.durableserver.config.LeaseConfig;

/**
 * How long this node may serve (P4): until {@code time - margin} after the start of its last successful renewal, on its
 * own monotonic clock. Counting from the start makes the node stop early rather than late, however slow the store was.
 */
public final class LeaseClock {
    /** How a lease stands. */
    enum Standing {
        /** Renewed in time. */
        SOUND,
        /** It holds, but its renewal failed or is overdue: without a renewal it runs out. */
        AT_RISK,
        /** Not held: never yet, run out, or lost. */
        OUT
    }

    private final long holdNanos;
    private final long overdueNanos;
    private volatile long renewedAt;
    private volatile boolean held;

    public LeaseClock(LeaseConfig config) {
        this.holdNanos = config.time().minus(config.margin()).toNanos();
        // Half of its time, or when the next renewal should have been there: never between two that are in time.
        this.overdueNanos = Math.max(holdNanos / 2, config.renewEvery().toNanos() * 5 / 4);
    }

    /** The lease was stored by a write that began at this time. */
    void renewed(long startedNanos) {
        renewedAt = startedNanos;
        held = true;
    }

    /** The lease is gone for good. */
    void lost() {
        held = false;
    }

    /** Whether the node may serve at this time. */
    public boolean isValid(long nowNanos) {
        return held && nowNanos - renewedAt < holdNanos;
    }

    /**
     * How the lease stands.
     *
     * @param failing whether the last attempt to renew it failed
     */
    Standing standing(long nowNanos, boolean failing) {
        if (!isValid(nowNanos)) {
            return Standing.OUT;
        }
        return failing || nowNanos - renewedAt >= overdueNanos ? Standing.AT_RISK : Standing.SOUND;
    }

    /** What is left of the lease when it was just renewed. */
    public long holdNanos() {
        return holdNanos;
    }

    /** What is left of the lease. */
    public long leftNanos(long nowNanos) {
        return !held ? 0 : Math.max(0, renewedAt + holdNanos - nowNanos);
    }

    /** How often to look at it, so that it is seen to be at risk long before it runs out. */
    long lookEveryNanos() {
        return Math.max(1_000_000, overdueNanos / 8);
    }
}

package io.durableserver.ignite;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Revisions of new rows. A key that is removed and written again must not start over, so the first revision of a row is a
 * hybrid clock: wall time, but above all that this process has made. A changed row takes the next number of the old one.
 */
final class RowRevisions {
    private static final int COUNTER_BITS = 20;
    private static final AtomicLong LAST = new AtomicLong();

    private RowRevisions() {}

    static long first() {
        long now = System.currentTimeMillis() << COUNTER_BITS;
        return LAST.updateAndGet(last -> Math.max(last + 1, now));
    }

    static long after(long revision) {
        long next = revision + 1;
        LAST.accumulateAndGet(next, Math::max);
        return next;
    }
}

package io.durableserver.ignite.map;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Revisions of rows. A key that is removed and written again must not start over, so the first revision of a row is a
 * hybrid clock: wall time, but above all that this process has made or seen, whatever the clocks of others say. A changed
 * row takes the next even number after the old one; the odd number between is that of the removal.
 */
final class RowRevisions {
    private static final int COUNTER_BITS = 20;
    private static final AtomicLong LAST = new AtomicLong();

    private RowRevisions() {}

    static long first() {
        long now = System.currentTimeMillis() << COUNTER_BITS;
        return LAST.updateAndGet(last -> Math.max((last | 1) + 1, now));
    }

    static long after(long revision) {
        return seen(revision + 2);
    }

    /** The revision of the removal of a row with this one. */
    static long removal(long revision) {
        return seen(revision + 1);
    }

    /** Another node made this revision: what is made here from now on is above it. */
    static long seen(long revision) {
        LAST.accumulateAndGet(revision, Math::max);
        return revision;
    }
}

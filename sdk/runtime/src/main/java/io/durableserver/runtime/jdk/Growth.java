package io.durableserver.runtime.jdk;

/**
 * How many lively threads an {@link ElasticPool} wants, by how fast its queue moves: more while tasks wait and each thread
 * gets through few of them, as when they wait for a database, fewer again when it gets through many. Pure, but for the
 * number others read.
 */
final class Growth {
    /** Fewer tasks than these per thread and tick: they hold their threads up. */
    private static final long SLOW = 8;
    /** More than these: fewer threads would do. */
    private static final long FAST = 32;
    /**
     * Tasks per tick and processor, at which there is no time left in them for waiting but in locks: threads beyond those that
     * are wanted at least only take the processors from each other.
     */
    private static final long RUSH = 64;
    /** The number of looks without anything queued, after which no more are needed. */
    private static final int QUIET = 16;

    private final int least;
    private final int most;
    private volatile int wanted;
    private long begunBefore;
    private int quiet;

    Growth(int least, int most) {
        this.least = least;
        this.most = most;
        this.wanted = least;
    }

    int wanted() {
        return wanted;
    }

    /**
     * One look.
     *
     * @param elapsedNanos since the one before
     * @param waiting whether tasks are queued
     * @param begun the tasks that ever left the queue
     * @param parked threads that wait in the middle of their task
     * @return whether to look again
     */
    boolean look(long elapsedNanos, boolean waiting, long begun, int parked) {
        long moved = begun - begunBefore;
        begunBefore = begun;
        int now = wanted;
        if (!waiting) {
            quiet++;
            wanted = Math.max(least, now - Math.max(1, (now - least) / 8));
            return quiet < QUIET || wanted > least;
        }
        quiet = 0;
        long pace = moved * PoolWatch.TICK_NANOS;
        if (pace < SLOW * now * elapsedNanos) {
            wanted = Math.min(most, now + Math.max(1, now / 2));
        } else if (pace >= FAST * now * elapsedNanos || (pace >= RUSH * least * elapsedNanos && parked <= least)) {
            wanted = Math.max(least, now - 1);
        }
        return true;
    }
}

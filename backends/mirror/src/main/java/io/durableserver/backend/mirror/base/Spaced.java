package io.durableserver.backend.mirror.base;

import java.time.Duration;

/** Something that is done at once and then ever more rarely while its reason lasts. Thread-safe, without a clock. */
public final class Spaced {
    private final long firstNanos;
    private final long maxNanos;
    private boolean going;
    private long lastAt;
    private long pause;
    private long passed;

    /** The second time comes after {@code first}, and each later one after twice as long as the one before, up to {@code max}. */
    public Spaced(Duration first, Duration max) {
        firstNanos = first.toNanos();
        maxNanos = max.toNanos();
    }

    /** Spaces for facts that repeat: 10 s, 20 s, 40 s and so on, up to ten minutes. */
    public static Spaced lines() {
        return new Spaced(Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    /** Whether it shall be done now that there is a reason. */
    public synchronized boolean due(long nowNanos) {
        if (!going) {
            going = true;
            pause = firstNanos;
        } else if (nowNanos - lastAt < pause) {
            passed++;
            return false;
        } else {
            pause = Math.min(maxNanos, pause * 2);
        }
        lastAt = nowNanos;
        return true;
    }

    /** Whether it was done for this reason before. */
    public synchronized boolean going() {
        return going;
    }

    /** How often there was a reason and it was not done; counted from now again. */
    public synchronized long passed() {
        long count = passed;
        passed = 0;
        return count;
    }

    /** The reason is gone. Whether there was one. */
    public synchronized boolean over() {
        boolean was = going;
        going = false;
        passed = 0;
        return was;
    }
}

package io.durableserver.spi;

import java.time.Duration;

/** Time. Decisions use the monotonic clock only; the wall clock is for people. */
public interface TimeSource {
    /** Monotonic nanoseconds with an arbitrary origin, as {@link System#nanoTime}. */
    long nanoTime();

    /** Unix milliseconds. */
    long wallMillis();

    /** No span counts as longer than this: about 73 years, so that sums of a few do not overflow. */
    long FOREVER_NANOS = Long.MAX_VALUE / 4;

    /** The nanoseconds of a duration, which may be of any length: at least 0, at most {@link #FOREVER_NANOS}. */
    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.toSeconds() >= FOREVER_NANOS / 1_000_000_000 ? FOREVER_NANOS : duration.toNanos();
    }
}

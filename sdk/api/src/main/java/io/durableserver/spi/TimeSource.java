package io.durableserver.spi;

/** Time. Decisions use the monotonic clock only; the wall clock is for people. */
public interface TimeSource {
    /** Monotonic nanoseconds with an arbitrary origin, as {@link System#nanoTime}. */
    long nanoTime();

    /** Unix milliseconds. */
    long wallMillis();
}

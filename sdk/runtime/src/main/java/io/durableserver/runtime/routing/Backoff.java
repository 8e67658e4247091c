package io.durableserver.runtime.routing;

import java.time.Duration;

/** The pauses of a search between one look and the next. */
final class Backoff {
    private static final long FIRST_MILLIS = 20;
    private static final int DOUBLINGS = 3;

    private Backoff() {}

    /** 20, 40, 80, then 160 ms; never longer than the time that is left, so that the search ends with its own error. */
    static Duration before(int round, long leftNanos) {
        Duration pause = Duration.ofMillis(FIRST_MILLIS << Math.min(round, DOUBLINGS));
        return pause.toNanos() <= leftNanos ? pause : Duration.ofNanos(Math.max(leftNanos, 1));
    }
}

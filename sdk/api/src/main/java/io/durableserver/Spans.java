package io.durableserver;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bounds of durations, compared as such: a duration of the longest kind has no number of milliseconds. */
final class Spans {
    static final Duration SHORTEST = Duration.ofMillis(1);
    static final Duration DAY = Duration.ofHours(24);

    private Spans() {}

    /** Whether a duration is at least and at most this long. */
    static boolean isBetween(Duration value, Duration low, Duration high) {
        return value.compareTo(low) >= 0 && value.compareTo(high) <= 0;
    }

    /** The duration, if it is 1 ms to 24 h. */
    static Duration upToADay(String option, @Nullable Duration value) {
        if (value == null) {
            throw ConfigurationException.option(option, null, "set");
        }
        if (!isBetween(value, SHORTEST, DAY)) {
            throw ConfigurationException.option(option, value, "1 ms to 24 h");
        }
        return value;
    }
}

package io.durableserver.backend.mirror.rollout;

import io.durableserver.ConfigurationException;

/**
 * How fast all records are walked through. One page of keys and {@code concurrency} records are in memory at a time.
 *
 * @param keysPerSecond bound, 0 to 1,000,000; 0 is none
 * @param concurrency keys worked on at a time, 1 to 1,024
 * @param pageSize keys of a page, 1 to 1,000; progress is noted after each
 */
public record Pace(int keysPerSecond, int concurrency, int pageSize) {
    /** No bound per second, 16 keys at a time, pages of 500. */
    public static final Pace DEFAULT = new Pace(0, 16, 500);

    public Pace {
        check("pace.keysPerSecond", keysPerSecond, 0, 1_000_000);
        check("pace.concurrency", concurrency, 1, 1_024);
        check("pace.pageSize", pageSize, 1, 1_000);
    }

    /** The same with another bound per second. */
    public Pace withKeysPerSecond(int value) {
        return new Pace(value, concurrency, pageSize);
    }

    private static void check(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw ConfigurationException.option(option, value, low + " to " + high);
        }
    }
}

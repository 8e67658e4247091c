package io.durableserver.testkit;

import io.durableserver.ConfigurationException;

/**
 * How much the suites that draw their cases try: counts of seeds, sequences and shapes are multiplied by
 * {@code -Ddurableserver.effort}, which is 1, 10 or 100. A suite takes at most a minute at 1, and what is found at 100 is
 * what a nightly run is for:
 *
 * <pre>{@code
 * mvn -B verify -Ddurableserver.effort=100
 * }</pre>
 */
public final class Effort {
    /** The system property that raises it. */
    public static final String PROPERTY = "durableserver.effort";

    /** The system property that says where the seeds of properties and simulations begin. */
    public static final String SEEDS_FROM = "durableserver.seeds.from";

    private Effort() {}

    /** The first seed to try: 0, or what {@value #SEEDS_FROM} says, so that a nightly run tries others than every build does. */
    public static long firstSeed() {
        return Long.getLong(SEEDS_FROM, 0);
    }

    /**
     * How often to try.
     *
     * @param base the count at effort 1, not negative
     * @throws ConfigurationException when {@value #PROPERTY} is none of 1, 10 and 100
     */
    public static int count(int base) {
        return count(base, System.getProperty(PROPERTY, "1"));
    }

    static int count(int base, String effort) {
        if (base < 0) {
            throw ConfigurationException.option("base", base, "0 or more");
        }
        return switch (effort) {
            case "1" -> base;
            case "10" -> Math.multiplyExact(base, 10);
            case "100" -> Math.multiplyExact(base, 100);
            default -> throw ConfigurationException.option(PROPERTY, effort, "1, 10 or 100");
        };
    }

    /**
     * What was tried, and how to try more; suites put it into what they print and into their failures.
     *
     * @param tried as {@link #count} told it
     * @param what what was tried, such as {@code seeds}
     */
    public static String told(long tried, String what) {
        return tried + " " + what + " at effort " + System.getProperty(PROPERTY, "1") + " (-D" + PROPERTY
                + "=10 or 100 tries more), -D" + SEEDS_FROM + "=" + firstSeed();
    }
}

package io.durableserver.benchmarks.report;

/**
 * A figure against its bound.
 *
 * @param name what must hold
 * @param value what was measured
 * @param atLeast whether the bound is a lower one
 * @param bound the bound
 * @param must whether missing it is an error, not only slow: a wrong sum, a forbidden thread
 */
public record Check(String name, double value, boolean atLeast, double bound, boolean must) {
    /** A goal from below. */
    public static Check atLeast(String name, double value, double bound) {
        return new Check(name, value, true, bound, false);
    }

    /** A goal from above. */
    public static Check atMost(String name, double value, double bound) {
        return new Check(name, value, false, bound, false);
    }

    /** Something that must be exactly so, on any machine. */
    public static Check exactly(String name, long value, long expected) {
        return new Check(name, (double) (value - expected), false, 0, true);
    }

    /** Whether the bound holds. NaN holds nothing. */
    public boolean met() {
        if (must) {
            return value == bound;
        }
        return atLeast ? value >= bound : value <= bound;
    }
}

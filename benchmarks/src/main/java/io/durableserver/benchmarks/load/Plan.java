package io.durableserver.benchmarks.load;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How long to measure.
 *
 * @param warmUp load that is not measured, before each pass
 * @param measure one measured pass
 * @param usage reads what all processes of the run have used
 */
public record Plan(Duration warmUp, Duration measure, Supplier<Usage> usage) {
    /** The usual times, or as little as shows that it runs. */
    public static Plan of(boolean quick, Supplier<Usage> usage) {
        return quick
                ? new Plan(Duration.ofMillis(200), Duration.ofMillis(300), usage)
                : new Plan(Duration.ofMillis(2_500), Duration.ofMillis(3_000), usage);
    }

    /**
     * As this plan, but nearly all of it warm-up: for the first 20 s of a suite, in which on two cores the compilers take half
     * of the CPU. It would be counted as the cost of whatever is measured then.
     */
    public Plan warmingUp(Duration time) {
        return new Plan(time, Duration.ofMillis(100), usage);
    }
}

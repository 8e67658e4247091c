package io.durableserver.testkit.sim;

/** A broken promise, or a defect of what was simulated. The message has the seed and the newest trace lines. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final String promise;

    SimulationFailure(long seed, String promise, String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.seed = seed;
        this.promise = promise;
    }

    /** The seed that shows it again. */
    public long seed() {
        return seed;
    }

    /** What was broken: {@code P1} to {@code P4}, {@code liveness} or {@code defect}. */
    public String promise() {
        return promise;
    }
}

package io.durableserver.testkit.backend;

import java.time.Duration;

/** Decides what happens to each request of a {@link FaultyBackend}. Asked once per request, in the order they are made. */
@FunctionalInterface
public interface FaultPlan {
    Decision decide(Operation operation, String key);

    /** A plan in which nothing ever goes wrong. */
    static FaultPlan none() {
        return (operation, key) -> Decision.FINE;
    }

    /** A plan that only delays: half of the latency before the effect, half after. */
    static FaultPlan latency(Duration latency) {
        Decision slow = new Decision(new Fault.None(), latency.dividedBy(2), latency.dividedBy(2));
        return (operation, key) -> slow;
    }

    /**
     * What happens to one request.
     *
     * @param fault what goes wrong
     * @param before time until the request has its effect
     * @param after time from then until the caller learns of it
     */
    record Decision(Fault fault, Duration before, Duration after) {
        /** No fault and no latency. */
        public static final Decision FINE = of(new Fault.None());

        /** A fault without latency. */
        public static Decision of(Fault fault) {
            return new Decision(fault, Duration.ZERO, Duration.ZERO);
        }
    }
}

package io.durableserver.testkit.backend;

import io.durableserver.ConfigurationException;
import java.time.Duration;
import java.util.Random;

/**
 * A plan by chance: the same seed and the same sequence of requests give the same faults. Each rate is the probability, 0
 * to 1, that a request meets that fault; together they are at most 1. Thread-safe.
 */
public final class RandomFaults implements FaultPlan {
    /**
     * How often each fault comes.
     *
     * @param refused refused before any effect; every other one of them retryable
     * @param lostRequest lost on the way there
     * @param lostResponse lost on the way back
     * @param delayedEffect takes effect after the caller was told that the outcome is unknown
     */
    public record Rates(double refused, double lostRequest, double lostResponse, double delayedEffect) {
        /** No faults. */
        public static final Rates NONE = new Rates(0, 0, 0, 0);

        public Rates {
            double sum = refused + lostRequest + lostResponse + delayedEffect;
            if (Math.min(Math.min(refused, lostRequest), Math.min(lostResponse, delayedEffect)) < 0 || !(sum <= 1)) {
                throw ConfigurationException.option("rates", sum, "none negative, their sum at most 1");
            }
        }

        /** The same rate for every fault. */
        public static Rates all(double rate) {
            return new Rates(rate, rate, rate, rate);
        }
    }

    private final Random random;
    private final Rates rates;
    private final long maxLatencyNanos;
    private final long maxDelayNanos;

    /**
     * A seeded plan.
     *
     * @param seed the seed
     * @param rates how often each fault comes
     * @param maxLatency bound of the latency before and after the effect, each drawn evenly from zero on
     * @param maxDelay bound of the delay of a delayed effect
     */
    public RandomFaults(long seed, Rates rates, Duration maxLatency, Duration maxDelay) {
        this.random = new Random(seed);
        this.rates = rates;
        this.maxLatencyNanos = maxLatency.toNanos();
        this.maxDelayNanos = maxDelay.toNanos();
    }

    @Override
    public synchronized Decision decide(Operation operation, String key) {
        return new Decision(fault(), drawn(maxLatencyNanos), drawn(maxLatencyNanos));
    }

    private Fault fault() {
        double draw = random.nextDouble();
        double bound = rates.refused();
        if (draw < bound) {
            return new Fault.Refused(random.nextBoolean());
        }
        bound += rates.lostRequest();
        if (draw < bound) {
            return new Fault.LostRequest();
        }
        bound += rates.lostResponse();
        if (draw < bound) {
            return new Fault.LostResponse();
        }
        bound += rates.delayedEffect();
        return draw < bound ? new Fault.DelayedEffect(drawn(maxDelayNanos)) : new Fault.None();
    }

    private Duration drawn(long boundNanos) {
        return boundNanos == 0 ? Duration.ZERO : Duration.ofNanos(random.nextLong(boundNanos + 1));
    }
}

package io.durableserver.testkit.sim;

import java.util.List;
import java.util.SplittableRandom;

/** The only source of chance in a simulation: everything it decides follows from the seed. */
public final class SimRandom {
    private final SplittableRandom random;

    /** A stream of choices that follows from this seed. */
    public SimRandom(long seed) {
        // One round of mixing: neighbouring seeds shall not start alike.
        random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    }

    /** True with this probability, 0 to 1. */
    public boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** A whole number from {@code low} to {@code high}, both included. */
    public int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** A number from {@code low} to below {@code high}. */
    public double between(double low, double high) {
        return low + random.nextDouble() * (high - low);
    }

    /** Nanoseconds in a span. */
    public long nanos(Span span) {
        return span.low() == span.high() ? span.low() : random.nextLong(span.low(), span.high() + 1);
    }

    /** Any of these. */
    public <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A random number for breaking ties. */
    int tie() {
        return random.nextInt();
    }

    /**
     * A span of time to choose from.
     *
     * @param low shortest, nanoseconds
     * @param high longest, nanoseconds
     */
    public record Span(long low, long high) {
        public Span {
            if (low < 0 || high < low) {
                throw new IllegalArgumentException("Span from " + low + " to " + high + " ns");
            }
        }

        /** From a number of microseconds to another. */
        public static Span micros(long low, long high) {
            return new Span(low * 1_000, high * 1_000);
        }

        /** From a number of milliseconds to another. */
        public static Span millis(long low, long high) {
            return new Span(low * 1_000_000, high * 1_000_000);
        }

        /** This span, stretched. */
        public Span times(double factor) {
            return new Span((long) (low * factor), (long) (high * factor));
        }
    }
}

package io.durableserver.testkit.sim;

import io.durableserver.testkit.Effort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario with many seeds on all processors, or with one.
 *
 * <p>{@link Effort} multiplies the counts; {@code -Ddurableserver.sim.seeds=100000} says exactly how many, {@code -Ddurableserver.sim.from=N} where to start, and
 * {@code -Ddurableserver.sim.seed=N} runs that seed only, with its full trace on the standard output.
 */
final class Seeds {
    static final String COUNT = "durableserver.sim.seeds";
    static final String FROM = "durableserver.sim.from";
    static final String ONE = "durableserver.sim.seed";
    private static final int MAX_REPORTED = 3;
    private static final String REPLAY = "mvn -pl sdk/simulator -am test -Dtest=%s"
            + " -Dsurefire.failIfNoSpecifiedTests=false -D" + ONE + "=<seed>";

    private Seeds() {}

    /** The only seed to run; null to run many. */
    static @Nullable Long single() {
        return Long.getLong(ONE);
    }

    /**
     * Runs the scenario.
     *
     * @param test the class that runs it, for the line that says how to do so again
     * @param scenario runs one seed, and throws when it shows a defect
     */
    static void run(String name, Class<?> test, int count, LongFunction<Simulation> scenario) {
        Long single = single();
        if (single != null) {
            Simulation done = scenario.apply(single);
            System.out.printf("%s: seed %d passed, %d events%n", name, single, done.events());
            return;
        }
        long from = Long.getLong(FROM, 1 + Effort.firstSeed());
        long last = from + Integer.getInteger(COUNT, Effort.count(count));
        long started = System.nanoTime();
        List<SimulationFailure> failures = Collections.synchronizedList(new ArrayList<>());
        long events = LongStream.range(from, last)
                .parallel()
                .map(seed -> {
                    try {
                        return scenario.apply(seed).events();
                    } catch (SimulationFailure failure) {
                        failures.add(failure);
                        return 0;
                    }
                })
                .sum();
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s: %s, %.0f per second, %d events%n",
                name,
                Effort.told(last - from, "seeds"),
                (last - from) / seconds,
                events);
        if (!failures.isEmpty()) {
            throw report(test, failures);
        }
    }

    private static AssertionError report(Class<?> test, List<SimulationFailure> failures) {
        failures.sort((left, right) -> Long.compare(left.seed(), right.seed()));
        StringBuilder text = new StringBuilder(
                failures.size() + " seeds failed. Replay one with: " + REPLAY.formatted(test.getSimpleName()));
        failures.stream()
                .limit(50)
                .forEach(failure -> text.append("\n  ")
                        .append(String.valueOf(failure.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("")));
        AssertionError error = new AssertionError(text.toString());
        failures.stream().limit(MAX_REPORTED).forEach(error::addSuppressed);
        return error;
    }
}

package io.durableserver.testkit.sim;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Looks for a planted fault: {@code tests CLASS...} or {@code seeds COUNT SECONDS [SCENARIO...]}. Prints one line that begins with
 * {@code FOUND} or {@code PASSED}, and ends the JVM whatever threads are left.
 */
final class MutantHunt {
    private static final long TURN = 20;

    private MutantHunt() {}

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        try {
            System.out.println(
                    words.get(0).equals("tests")
                            ? tests(words.subList(1, words.size()))
                            : seeds(
                                    Long.parseLong(words.get(1)),
                                    Long.parseLong(words.get(2)),
                                    words.subList(3, words.size())));
        } catch (Throwable broken) {
            // As when a class cannot be initialized: nobody overlooks that.
            System.out.println("FOUND " + broken);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static String tests(List<String> classes) {
        Launcher launcher = LauncherFactory.create();
        for (String each : classes) {
            FirstFailure first = new FirstFailure();
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(each))
                            .build(),
                    first);
            if (first.name.isPresent()) {
                String simple = each.substring(each.lastIndexOf('.') + 1);
                return "FOUND " + simple + "." + first.name.get();
            }
        }
        return "PASSED " + classes.size() + " test classes";
    }

    private static final class FirstFailure implements TestExecutionListener {
        private Optional<String> name = Optional.empty();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED && name.isEmpty()) {
                name = Optional.of(test.getDisplayName());
            }
        }
    }

    /** The scenarios take turns, so that a fault of one is not found late because of the others. */
    private static String seeds(long count, long limitSeconds, List<String> only) {
        long end = System.nanoTime() + limitSeconds * 1_000_000_000L;
        Map<String, LongFunction<Simulation>> scenarios = Scenarios.all();
        if (!only.isEmpty()) {
            scenarios.keySet().retainAll(only);
        }
        for (long from = 1; from <= count; from += TURN) {
            for (Map.Entry<String, LongFunction<Simulation>> scenario : scenarios.entrySet()) {
                long last = Math.min(count, from + TURN - 1);
                Optional<String> failed = LongStream.rangeClosed(from, last)
                        .parallel()
                        .mapToObj(seed -> run(scenario.getValue(), seed))
                        .flatMap(Optional::stream)
                        .findFirst();
                if (failed.isPresent()) {
                    return "FOUND " + scenario.getKey() + " " + failed.get();
                }
            }
            if (System.nanoTime() - end > 0) {
                return "PASSED %d seeds of each (out of time)".formatted(Math.min(count, from + TURN - 1));
            }
        }
        return "PASSED " + count + " seeds of each";
    }

    private static Optional<String> run(LongFunction<Simulation> scenario, long seed) {
        try {
            return scenario.apply(seed).events() > 0
                    ? Optional.empty()
                    : Optional.of("seed %d does nothing".formatted(seed));
        } catch (SimulationFailure failure) {
            String message =
                    String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
            return Optional.of("seed %d (%s)".formatted(seed, message.replace('|', '/')));
        }
    }
}

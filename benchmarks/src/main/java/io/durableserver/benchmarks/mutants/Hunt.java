package io.durableserver.benchmarks.mutants;

import io.durableserver.benchmarks.mutants.Verdict.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lets tests and the simulator look for one fault, in a JVM of their own that ends with them. */
final class Hunt {
    /** What the JVM runs; see there for what it prints. */
    private static final String MAIN = "io.durableserver.testkit.sim.MutantHunt";

    private final Sources sources;
    private final long seeds;
    private final long limitSeconds;

    /**
     * A hunt.
     *
     * @param seeds of each scenario; 0 for none
     * @param limitSeconds for the tests, and for the seeds again
     */
    Hunt(Sources sources, long seeds, long limitSeconds) {
        this.sources = sources;
        this.seeds = seeds;
        this.limitSeconds = limitSeconds;
    }

    /** Asks the tests first, which are quick; seeds only where those find nothing, or where seeds have to find it. */
    Verdict verdict(Mutant mutant, Path directory) throws IOException, InterruptedException {
        List<Path> first = List.of(Planting.classes(directory));
        Answer test = mutant.tests().isEmpty()
                ? Answer.NONE
                : run(
                        first,
                        "tests",
                        mutant.tests().stream().map(sources::testClass).toList(),
                        directory);
        boolean asksSeeds = seeds > 0
                && mutant.isSimulated()
                && (!test.found() || !mutant.seeds().isEmpty());
        Answer seed = Answer.NONE;
        if (asksSeeds) {
            List<String> arguments = new ArrayList<>(List.of(Long.toString(seeds), Long.toString(limitSeconds)));
            arguments.addAll(mutant.seeds());
            seed = run(first, "seeds", arguments, directory);
        }
        return new Verdict(mutant, test, seed);
    }

    private Answer run(List<Path> first, String what, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + sources.root().resolve("ignite-plugin/jvm.opts"),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                // Most tests are over before more would pay; seeds are not.
                "-XX:TieredStopAtLevel=" + (what.equals("tests") ? 1 : 4),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                // A fault may let a test wait for ever: that test has found it.
                "-Djunit.jupiter.execution.timeout.testable.method.default=" + limitSeconds + " s",
                "-cp",
                sources.classPath(first),
                MAIN,
                what));
        command.addAll(arguments);
        Path output = directory.resolve(what + ".txt");
        Process process = new ProcessBuilder(command)
                .directory(sources.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            // Far beyond its own limit, and not interrupted by that: nothing says whether the fault is found.
            if (!process.waitFor(3 * limitSeconds + 60, TimeUnit.SECONDS)) {
                return new Answer(false, what + " did not end in time");
            }
        } finally {
            process.destroyForcibly();
        }
        return answer(Files.readString(output));
    }

    private static Answer answer(String printed) {
        for (String line : printed.lines().toList()) {
            if (line.startsWith("FOUND ")) {
                return new Answer(true, line.substring("FOUND ".length()));
            } else if (line.startsWith("PASSED ")) {
                return new Answer(false, line.substring("PASSED ".length()));
            }
        }
        return new Answer(false, "no answer: " + printed.strip().replaceAll("[|\\s]+", " "));
    }
}

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

    Verdict verdict(Mutant mutant, Path directory) throws IOException, InterruptedException {
        List<Path> first = List.of(Planting.classes(directory));
        Answer test = mutant.tests().isEmpty()
                ? new Answer(false, "-")
                : run(
                        first,
                        "tests",
                        mutant.tests().stream().map(sources::testClass).toList(),
                        directory);
        Answer seed = seeds == 0 || !mutant.isSimulated()
                ? new Answer(false, "-")
                : run(first, "seeds", List.of(Long.toString(seeds), Long.toString(limitSeconds)), directory);
        return new Verdict(mutant, test, seed);
    }

    private Answer run(List<Path> first, String what, List<String> arguments, Path directory)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + sources.root().resolve("ignite-plugin/jvm.opts"),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
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
            // Beyond its own limit: a fault may let it hang.
            if (!process.waitFor(2 * limitSeconds + 30, TimeUnit.SECONDS)) {
                return new Answer(true, what + " hang");
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
        throw new IllegalStateException("The hunt ended without a word:\n" + printed);
    }
}

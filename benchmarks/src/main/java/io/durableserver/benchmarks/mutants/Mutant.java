package io.durableserver.benchmarks.mutants;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A fault to plant into the sources.
 *
 * @param id short and unique
 * @param title what is wrong with it
 * @param why what it breaks, or why it is harmless
 * @param tests simple names of the test classes that may find it, with a package where there are two
 * @param seeds names of the scenarios of which a seed has to find it, whatever tests do; mostly none
 * @param survives whether it is not expected to be found; {@code why} says why that is harmless
 */
record Mutant(
        String id,
        String title,
        String why,
        List<String> tests,
        List<String> seeds,
        boolean survives,
        List<Edit> edits) {
    /** Nothing is wrong: what finds this is wrong itself. */
    static Mutant none(List<String> tests) {
        return new Mutant("-", "None: what the tests say without a fault", "", tests, List.of(), true, List.of());
    }

    /** The same, without these tests. */
    Mutant without(Set<String> others) {
        List<String> left =
                tests.stream().filter(test -> !others.contains(test)).toList();
        return new Mutant(id, title, why, left, seeds, survives, edits);
    }

    /** The same, for seeds only. */
    Mutant untested() {
        return new Mutant(id, title, why, List.of(), seeds, survives, edits);
    }

    /** Whether it is in what the simulator runs: the runtime itself, not its plugin and stores. */
    boolean isSimulated() {
        return edits.stream().anyMatch(edit -> edit.file().startsWith("sdk/"));
    }

    /**
     * One change of one file.
     *
     * @param file path from the root of the project
     * @param before what stands there exactly once
     */
    record Edit(String file, String before, String after) {
        /** The file with the fault; empty when it does not have this text exactly once. */
        Optional<String> plantInto(String source) {
            int at = source.indexOf(before);
            return at < 0 || source.indexOf(before, at + 1) >= 0
                    ? Optional.empty()
                    : Optional.of(source.substring(0, at) + after + source.substring(at + before.length()));
        }
    }
}

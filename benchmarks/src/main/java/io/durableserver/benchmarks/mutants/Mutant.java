package io.durableserver.benchmarks.mutants;

import java.util.List;
import java.util.Optional;

/**
 * A fault to plant into the sources.
 *
 * @param id short and unique
 * @param title what is wrong with it
 * @param why what it breaks, or why it is harmless
 * @param tests simple names of the test classes that may find it
 * @param survives whether nobody is expected to find it; {@code why} says why that is harmless
 */
record Mutant(String id, String title, String why, List<String> tests, boolean survives, List<Edit> edits) {
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

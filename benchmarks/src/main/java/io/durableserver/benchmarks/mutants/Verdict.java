package io.durableserver.benchmarks.mutants;

/**
 * Who found a fault.
 *
 * @param test the first test that failed; or what was run without finding it
 * @param seed the first seed that failed; or what was run without finding it
 */
record Verdict(Mutant mutant, Answer test, Answer seed) {
    /** One side's answer. */
    record Answer(boolean found, String text) {
        /** Nothing was run. */
        static final Answer NONE = new Answer(false, "-");
    }

    /** Whether it was found, and seeds did where they have to and were tried. */
    boolean isFound() {
        boolean seedsFailed = !mutant.seeds().isEmpty() && !seed.equals(Answer.NONE) && !seed.found();
        return (test.found() || seed.found()) && !seedsFailed;
    }

    /** A row of the table. */
    String row() {
        String outcome = isFound() ? "found" : mutant.survives() ? "survives: " + mutant.why() : "**SURVIVED**";
        return "| %s | %s | %s | %s | %s |".formatted(mutant.id(), mutant.title(), test.text(), seed.text(), outcome);
    }
}

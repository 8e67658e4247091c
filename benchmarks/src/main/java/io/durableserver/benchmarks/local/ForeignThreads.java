package io.durableserver.benchmarks.local;

import java.util.regex.Pattern;

/** Threads that nobody of ours made: those of the common pool, and those a stage without an executor starts. */
final class ForeignThreads {
    private static final Pattern FOREIGN = Pattern.compile("ForkJoinPool\\.commonPool.*|Thread-\\d+");

    private ForeignThreads() {}

    /** How many live now. */
    static long count() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> FOREIGN.matcher(thread.getName()).matches())
                .count();
    }
}

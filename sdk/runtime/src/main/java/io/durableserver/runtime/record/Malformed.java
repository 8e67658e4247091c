package io.durableserver.runtime.record;

import java.io.IOException;

/** A member that is missing or not what the format says, on the way from a parser to the error with the key. */
final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    Malformed(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** What is wrong, without any content of the record. */
    String problem() {
        return problem;
    }
}

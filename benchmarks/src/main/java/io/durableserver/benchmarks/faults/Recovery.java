package io.durableserver.benchmarks.faults;

/**
 * How long a fault was felt, in seconds; NaN for what did not come within the patience.
 *
 * @param first from the fault until a list of a node that was hit is served by another one, or by any where all were hit
 * @param last from the fault until all lists are
 * @param whole from the end of the fault (frozen nodes thawed, ways open, killed ones joined) until all nodes serve all lists
 */
record Recovery(double first, double last, double whole) {
    /** The worst of both. */
    Recovery worst(Recovery other) {
        return new Recovery(Math.max(first, other.first), Math.max(last, other.last), Math.max(whole, other.whole));
    }

    boolean byItself() {
        return !Double.isNaN(whole);
    }
}

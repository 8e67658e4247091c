package io.durableserver.benchmarks.faults;

/**
 * How often a promise was broken. Each must be 0.
 *
 * @param lost acknowledged appends that are not in the list
 * @param doubled ids that are in a list again
 * @param displaced acknowledged appends at another position than the one told
 * @param untrue appends told as not applied that are in the list
 * @param strange ids in a list that were not appended to it
 * @param disordered appends that began after the end of another one and stand before it
 * @param stale looks that saw less than was acknowledged, or seen, before they began
 * @param forked looks that saw another id at their position than the list has
 */
record Violations(
        int lost, int doubled, int displaced, int untrue, int strange, int disordered, int stale, int forked) {
    static final Violations NONE = new Violations(0, 0, 0, 0, 0, 0, 0, 0);

    Violations plus(Violations other) {
        return new Violations(
                lost + other.lost,
                doubled + other.doubled,
                displaced + other.displaced,
                untrue + other.untrue,
                strange + other.strange,
                disordered + other.disordered,
                stale + other.stale,
                forked + other.forked);
    }

    int total() {
        return lost + doubled + displaced + untrue + strange + disordered + stale + forked;
    }
}

package io.durableserver.examples.counter;

/**
 * What is known of the increments of one key, each by one.
 *
 * @param acknowledged answered: the stored count has them
 * @param unknown perhaps applied, perhaps not: the stored count may have any number of them
 * @param notApplied refused: the stored count does not have them
 */
record Tally(long acknowledged, long unknown, long notApplied) {
    static final Tally NONE = new Tally(0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(acknowledged + other.acknowledged, unknown + other.unknown, notApplied + other.notApplied);
    }
}

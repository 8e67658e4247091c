package io.durableserver.backend.ignite;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How many server nodes a cluster is meant to have, as its nodes remember it. While the number is being changed both count, so that
 * nodes which know the old one, the change or the new one never make up two parts that may write (P1). Of two that nodes remember
 * the newer counts; of two of one age, which only calls that met half-way leave behind, the one that asks for more.
 *
 * @param version raised by each step
 * @param expected the number that holds
 * @param pending the number it is being changed to; the same as {@code expected} where it is not
 */
record ClusterSize(long version, int expected, int pending) implements Comparable<ClusterSize> {
    private static final Comparator<ClusterSize> ORDER = Comparator.comparingLong(ClusterSize::version)
            .thenComparing(size -> Math.max(size.expected, size.pending))
            .thenComparing(ClusterSize::expected)
            .thenComparing(ClusterSize::pending);

    private static final String FORMATS = "durable-size-";
    private static final String FORMAT = "1";

    ClusterSize {
        if (version < 1 || expected < 1 || pending < 1) {
            throw new NumberFormatException("Not the size of a cluster: " + version + " " + expected + " " + pending);
        }
    }

    /** What a cluster begins with. */
    static ClusterSize first(int expected) {
        return new ClusterSize(1, expected, expected);
    }

    /** More than half of a number of nodes. */
    static int majority(int nodes) {
        return nodes / 2 + 1;
    }

    boolean changing() {
        return expected != pending;
    }

    /** The first half of a change: from here on both numbers count. */
    ClusterSize towards(int number) {
        return new ClusterSize(version + 1, expected, number);
    }

    /** The second half of a change, once all nodes know the first. */
    ClusterSize done() {
        return new ClusterSize(version + 1, pending, pending);
    }

    /**
     * The fewest nodes of the baseline that have to be there. Never less than a majority of the baseline: what is kept on more nodes
     * than were expected is not written by two parts of them either.
     *
     * @param baseline how many nodes are meant to have records
     */
    int quorum(int baseline) {
        return Math.max(Math.max(majority(expected), majority(pending)), majority(baseline));
    }

    /** The one that counts of what several nodes remember; empty where none remembers one. */
    static Optional<ClusterSize> newest(Collection<ClusterSize> sizes) {
        return sizes.stream().max(ORDER);
    }

    @Override
    public int compareTo(ClusterSize other) {
        return ORDER.compare(this, other);
    }

    List<String> lines() {
        return List.of(FORMATS + FORMAT, String.valueOf(version), String.valueOf(expected), String.valueOf(pending));
    }

    /** Throws {@link NumberFormatException} for what is none, {@link OtherRelease} for one in a format of another release. */
    static ClusterSize parse(List<String> lines) {
        List<String> items = lines.isEmpty() || !lines.get(0).startsWith(FORMATS)
                ? List.of()
                : OtherRelease.rest(lines, FORMATS, FORMAT);
        if (items.size() != 3) {
            throw new NumberFormatException("Not the size of a cluster: " + lines);
        }
        return new ClusterSize(
                Long.parseLong(items.get(0)), Integer.parseInt(items.get(1)), Integer.parseInt(items.get(2)));
    }

    @Override
    public String toString() {
        return changing() ? expected + " (being changed to " + pending + ")" : String.valueOf(expected);
    }
}

package io.durableserver.backend.ignite;

import java.util.Comparator;

/**
 * When a mark was made. In one run of a cluster, from the first node that starts until the last one is gone, Ignite counts the changes of
 * its nodes, so whatever was made by a higher version is newer, whoever knew of what. Nothing is said of two runs.
 *
 * @param run a name of the run without blanks, or of what an operator decided
 * @param topology the version of the topology
 * @param number of the mark
 */
record Dot(String run, long topology, long number) {
    static final Comparator<Dot> ORDER = Comparator.comparingLong(Dot::topology).thenComparingLong(Dot::number);

    boolean isNoNewerThan(Dot other) {
        return run.equals(other.run) && ORDER.compare(this, other) <= 0;
    }

    String line() {
        return topology + " " + number + " " + run;
    }

    /** Throws {@link NumberFormatException} for what is none. */
    static Dot parse(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || parts[2].isEmpty()) {
            throw new NumberFormatException("Not when a mark was made: " + line);
        }
        return new Dot(parts[2], Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }
}

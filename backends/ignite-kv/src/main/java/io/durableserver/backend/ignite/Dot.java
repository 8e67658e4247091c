package io.durableserver.backend.ignite;

import java.util.Comparator;

/**
 * When a mark was made. In one view of a cluster, as long as no server node comes or goes, whatever was made by a higher version of the
 * topology is newer. Nothing is said of two views: those that followed each other are known to every mark that is made after them
 * ({@link Views}), and those of two sides of a split are not.
 *
 * @param view a name of the view without blanks, or of what an operator decided
 * @param topology the version of the topology
 * @param number of the mark
 */
record Dot(String view, long topology, long number) {
    static final Comparator<Dot> ORDER = Comparator.comparingLong(Dot::topology).thenComparingLong(Dot::number);

    boolean isNoNewerThan(Dot other) {
        return view.equals(other.view) && ORDER.compare(this, other) <= 0;
    }

    String line() {
        return topology + " " + number + " " + view;
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

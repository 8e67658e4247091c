package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a node remembers on its disk of the cluster it was in: which nodes have, together, the newest copy of every record. A mark
 * with a higher number is newer; those that were made together have one number. Whoever is in none of the newest marks was away
 * while records may have changed.
 *
 * @param number raised by each change
 * @param needed the consistent ids of the nodes that were there, and of those that are gone and had the only copy of something
 */
record CopyMark(long number, Set<String> needed) {
    CopyMark {
        needed = Set.copyOf(needed);
    }

    /** What a node remembers that sees these nodes now, and knew this before; no lower than a number that others have. */
    static CopyMark next(Optional<CopyMark> before, Set<String> alive, boolean partitionsLost, long atLeast) {
        Set<String> needed = new TreeSet<>(alive);
        if (partitionsLost) {
            before.ifPresent(mark -> needed.addAll(mark.needed()));
        }
        if (before.isPresent() && before.get().needed().equals(needed)) {
            return new CopyMark(Math.max(before.get().number(), atLeast), needed);
        }
        return new CopyMark(Math.max(before.map(CopyMark::number).orElse(0L) + 1, atLeast), needed);
    }

    /** What is remembered when the loss of nodes is accepted. */
    CopyMark without(Collection<String> nodes, long atLeast) {
        Set<String> rest = new TreeSet<>(needed);
        rest.removeAll(nodes);
        return new CopyMark(Math.max(number, atLeast) + 1, rest);
    }

    /**
     * The nodes whose copies may be newer than all that are here.
     *
     * @param marks what the nodes that are here remember
     * @param withMarks those that are here and remember something: a node with an empty disk has no copies
     */
    static Set<String> missing(Collection<CopyMark> marks, Set<String> withMarks) {
        long newest = marks.stream().mapToLong(CopyMark::number).max().orElse(0);
        Set<String> missing = new TreeSet<>();
        marks.stream().filter(mark -> mark.number() == newest).forEach(mark -> missing.addAll(mark.needed()));
        missing.removeAll(withMarks);
        return missing;
    }

    /** One line each: the number, and the names. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.valueOf(number));
        needed.stream().sorted().forEach(lines::add);
        return lines;
    }

    /** Throws {@link NumberFormatException} for what is no mark. */
    static CopyMark parse(List<String> lines) {
        return new CopyMark(
                Long.parseLong(lines.isEmpty() ? "" : lines.get(0)), Set.copyOf(lines.subList(1, lines.size())));
    }
}

package io.durableserver.backend.ignite;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * In which order nodes with copies of lost partitions may come back. When a node joins, Ignite gives its copy of a lost partition the
 * counter of the copies that are there already, whatever is in it: after that nobody can tell any more which one is older. So an older
 * copy has to join before a newer one, or after the partition is open again, when it is filled from the newer one (P2). Pure.
 */
final class ReturnOrder {
    private ReturnOrder() {}

    /**
     * Why a node must not join now, for people; empty when it may.
     *
     * @param joining its name
     * @param mark the newest that is known
     * @param here the server nodes of the cluster
     * @param back those of them that joined while partitions were lost that are not open yet, and since when they had been away
     */
    static Optional<String> refuse(String joining, CopyMark mark, Set<String> here, Map<String, CopyMark.Away> back) {
        CopyMark.Away own = mark.since(joining);
        Set<String> missing = new TreeSet<>(mark.needed());
        missing.removeAll(here);
        missing.remove(joining);
        Set<String> newer = new TreeSet<>();
        back.forEach((other, since) -> {
            if (!other.equals(joining) && since.last() > own.first()) {
                newer.add(other);
            }
        });
        if (!newer.isEmpty()) {
            return Optional.of("node " + joining + " has older copies than " + newer
                    + ", and would bring them back: start it when the partitions of these are open again"
                    + (missing.isEmpty() ? "" : ", which waits for " + missing));
        }
        Set<String> first = new TreeSet<>();
        for (String other : missing) {
            if (mark.since(other).first() < own.last()) {
                first.add(other);
            }
        }
        return first.isEmpty()
                ? Optional.empty()
                : Optional.of("node " + joining + " has newer copies than " + first
                        + ", which the cluster waits for, and which would win if they came last: start " + first
                        + " first");
    }
}

package io.durableserver.backend.ignite;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * In which order nodes with copies of lost partitions may come back. When a node joins, Ignite gives its copy of a lost partition the
 * counter of the copies that are there already, whatever is in it: after that it cannot be seen any more which one is older. So an older
 * copy has to join before a newer one, or after the partition is open again, when it is filled from the newer one (P2). Pure.
 */
final class ReturnOrder {
    private ReturnOrder() {}

    /**
     * Why a node must not join now, for people; empty when it may.
     *
     * @param joining its name
     * @param mark the newest that is known, with what has been seen since
     * @param here the server nodes of the cluster
     * @param back those of them that joined while partitions were lost that are not open yet, and since when they had been away
     * @param pairs whether no partition has more than two copies, so that what is known of two nodes is all there is to know
     */
    static Optional<String> refuse(
            String joining, CopyMark mark, Set<String> here, Map<String, CopyMark.Away> back, boolean pairs) {
        CopyMark.Away own = mark.since(joining);
        Set<String> missing = new TreeSet<>(mark.needed());
        missing.removeAll(here);
        missing.remove(joining);
        Set<String> newer = new TreeSet<>();
        back.forEach((other, since) -> {
            if (!other.equals(joining) && mayBeNewer(mark, other, since, joining, own, pairs)) {
                newer.add(other);
            }
        });
        if (!newer.isEmpty()) {
            String older = "node " + joining + " has older copies than " + newer + ", and would bring them back: ";
            if (!mark.needed().contains(joining)) {
                return Optional.of(older + "start it when the partitions of these are open again"
                        + (missing.isEmpty() ? "" : ", which waits for " + missing));
            }
            boolean eitherWay =
                    newer.stream().anyMatch(other -> mayBeNewer(mark, joining, own, other, mark.since(other), pairs));
            return Optional.of(
                    eitherWay
                            ? older + "these wait for it, and it may have newer ones as well; " + oneOf(joining, newer)
                            : older + "these wait for it, so stop " + newer + ", start " + joining + ", and then "
                                    + newer);
        }
        Set<String> first = new TreeSet<>();
        Set<String> both = new TreeSet<>();
        for (String other : missing) {
            if (mayBeNewer(mark, joining, own, other, mark.since(other), pairs)) {
                first.add(other);
                if (mayBeNewer(mark, other, mark.since(other), joining, own, pairs)) {
                    both.add(other);
                }
            }
        }
        if (first.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("node " + joining + " has newer copies than " + first
                + ", which the cluster waits for, and which would win if they came last: "
                + (both.isEmpty()
                        ? "start " + first + " first"
                        : "and " + both + " may have newer ones than " + joining + ", so neither is let in before the"
                                + " other; " + oneOf(joining, both)));
    }

    private static String oneOf(String joining, Set<String> others) {
        return "take " + joining + " or " + others + " out of the baseline: what only that one has is lost";
    }

    /** Whether one may have newer copies than the other of what both have. */
    private static boolean mayBeNewer(
            CopyMark mark, String one, CopyMark.Away since, String other, CopyMark.Away otherSince, boolean pairs) {
        if (pairs && mark.pairs().contains(new LostPair(other, one))) {
            return false;
        }
        return (pairs && mark.pairs().contains(new LostPair(one, other))) || since.last() > otherSince.first();
    }
}

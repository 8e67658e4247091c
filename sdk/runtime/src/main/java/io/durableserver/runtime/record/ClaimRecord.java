package io.durableserver.runtime.record;

import io.durableserver.spi.Session;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The claim of a cluster on its prefix, in the store of that: "here we are". Another cluster that finds it alive is a side of a
 * split, or a stranger, and says so in it; two sides settle here, by one conditional write, which sessions step down and where they
 * join.
 *
 * @param claimant the session that speaks for the side that claims
 * @param sessions the incarnations of that side, sorted
 * @param clusters the ids of the clusters that side was in
 * @param addresses where that side can be joined
 * @param sinceMillis when the claimant joined, by its wall clock: ranks, proves nothing
 * @param moves whether that side could step down
 * @param rival empty, or node and incarnation of a session of another cluster, and what it says
 * @param down the incarnations that step down, sorted; empty while nothing is settled
 * @param join where those join
 * @param extra its members that this release does not know
 */
public record ClaimRecord(
        Session claimant,
        List<String> sessions,
        List<String> clusters,
        List<String> addresses,
        long sinceMillis,
        boolean moves,
        List<String> rival,
        List<String> down,
        List<String> join,
        ExtraMembers extra) {
    public ClaimRecord {
        Objects.requireNonNull(claimant, "claimant");
        sessions = List.copyOf(sessions);
        clusters = List.copyOf(clusters);
        addresses = List.copyOf(addresses);
        rival = List.copyOf(rival);
        if (!rival.isEmpty() && rival.size() != 3) {
            throw new IllegalArgumentException("a rival has three parts");
        }
        down = List.copyOf(down);
        join = List.copyOf(join);
        Objects.requireNonNull(extra, "extra");
    }

    public ClaimRecord(
            Session claimant,
            List<String> sessions,
            List<String> clusters,
            List<String> addresses,
            long sinceMillis,
            boolean moves,
            List<String> rival,
            List<String> down,
            List<String> join) {
        this(claimant, sessions, clusters, addresses, sinceMillis, moves, rival, down, join, ExtraMembers.NONE);
    }

    /** Whether it is settled which side steps down. */
    public boolean settled() {
        return !down.isEmpty();
    }

    /** A session of another cluster that has read this. */
    public Optional<Session> rivalSession() {
        return rival.isEmpty() ? Optional.empty() : Optional.of(new Session(rival.get(0), rival.get(1)));
    }

    /** The same, with a rival. */
    public ClaimRecord rivalled(Session who, String says) {
        return rivalled(List.of(who.node(), who.incarnation(), says));
    }

    /** The same, with another rival. */
    public ClaimRecord rivalled(List<String> other) {
        return new ClaimRecord(claimant, sessions, clusters, addresses, sinceMillis, moves, other, down, join, extra);
    }

    /** The same, settled. */
    public ClaimRecord settle(List<String> who, List<String> where) {
        return new ClaimRecord(claimant, sessions, clusters, addresses, sinceMillis, moves, rival, who, where, extra);
    }

    /** The same, written over another. */
    public ClaimRecord over(ClaimRecord before) {
        return new ClaimRecord(
                claimant, sessions, clusters, addresses, sinceMillis, moves, rival, down, join, before.extra);
    }
}

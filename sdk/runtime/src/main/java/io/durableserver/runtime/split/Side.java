package io.durableserver.runtime.split;

import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.spi.Session;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The cluster this node is in, as it sees it.
 *
 * @param self this node's session
 * @param sessions all sessions in it, this one too
 * @param clusters the ids of the clusters this node was in, that of this one too
 * @param addresses where it can be joined
 * @param sinceMillis when this node joined, by its wall clock
 * @param moves whether this node can step down
 */
public record Side(
        Session self,
        Set<Session> sessions,
        Set<String> clusters,
        List<String> addresses,
        long sinceMillis,
        boolean moves) {
    public Side {
        sessions = Set.copyOf(sessions);
        clusters = Set.copyOf(clusters);
        addresses = List.copyOf(addresses);
    }

    boolean has(Session session) {
        return sessions.contains(session);
    }

    ClaimRecord claim() {
        return new ClaimRecord(
                self,
                sessions.stream().map(Session::incarnation).sorted().toList(),
                clusters.stream().sorted().toList(),
                addresses,
                sinceMillis,
                moves,
                List.of(),
                List.of(),
                List.of());
    }

    /** Whether this and the side of a claim were one cluster once. Only then may one of them step down. */
    boolean related(ClaimRecord claim) {
        return claim.clusters().stream().anyMatch(clusters::contains);
    }

    /**
     * Whether this side steps down before another one: the smaller one does, then the younger, then the one whose speaker has the
     * later name. Both sides come to the same answer.
     */
    boolean ranksBelow(ClaimRecord other) {
        if (sessions.size() != other.sessions().size()) {
            return sessions.size() < other.sessions().size();
        }
        if (sinceMillis != other.sinceMillis()) {
            return sinceMillis > other.sinceMillis();
        }
        return text(self).compareTo(text(other.claimant())) > 0;
    }

    private static String text(Session session) {
        return session.node() + "/" + session.incarnation();
    }

    static String names(Collection<Session> sessions) {
        return sessions.stream().map(Session::node).sorted().toList().toString();
    }
}

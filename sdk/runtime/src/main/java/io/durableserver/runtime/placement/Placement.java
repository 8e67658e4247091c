package io.durableserver.runtime.placement;

import io.durableserver.spi.Member;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The node that decides where a key starts, and the nodes that may host it: pure functions of a view, so that all nodes that see the same name the
 * same. Only sessions that are ready are named.
 */
public final class Placement {
    private Placement() {}

    /**
     * The sessions that may host a server, best first: the one that holds the directory entry of the key, because its
     * state is near, then the others by rendezvous hash, so that the keys of a lost node spread evenly.
     *
     * @param affinity the session that holds the directory entry of the key
     */
    public static List<Session> rank(ClusterView view, String type, String key, Session affinity) {
        List<Session> eligible = new ArrayList<>();
        for (Member member : view.members().members()) {
            if (member.hosts(type) && view.isReady(member.session())) {
                eligible.add(member.session());
            }
        }
        eligible.sort(Comparator.<Session>comparingInt(s -> s.equals(affinity) ? 0 : 1)
                .thenComparing(byWeight(key)));
        return eligible;
    }

    /**
     * The session that arbitrates the starts of a key: the owner of its directory entry when that one is ready, else the
     * next one by rendezvous hash. Empty when no session is ready but those that refused.
     *
     * @param owner the owner of the directory entry; empty when the directory cannot tell
     * @param refused sessions that refused to arbitrate the key just now
     */
    public static Optional<Session> arbiter(
            ClusterView view, String key, Optional<Session> owner, Set<Session> refused) {
        if (owner.isPresent() && view.isReady(owner.get()) && !refused.contains(owner.get())) {
            return owner;
        }
        return view.members().sessions().stream()
                .filter(session -> view.isReady(session) && !refused.contains(session))
                .min(byWeight(key));
    }

    /** The sessions that would host the type if they were ready. */
    public static List<Session> awaited(ClusterView view, String type) {
        return view.members().members().stream()
                .filter(member -> member.hosts(type) && !view.isReady(member.session()))
                .map(Member::session)
                .toList();
    }

    private static Comparator<Session> byWeight(String key) {
        return Comparator.comparingLong((Session session) -> weight(key, session))
                .reversed()
                .thenComparing(Session::incarnation);
    }

    /** Highest random weight; the constants are those of the SplitMix64 finalizer. */
    private static long weight(String key, Session session) {
        long z = key.hashCode() * 0x9E3779B97F4A7C15L + session.incarnation().hashCode();
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

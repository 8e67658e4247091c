package io.durableserver.runtime.placement;

import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranking of the nodes that may host a server: first the one that holds its directory entry, because its state is near,
 * then the others by rendezvous hash, so that the keys of a lost node spread evenly.
 */
public final class Placement {
    private Placement() {}

    /**
     * The eligible sessions, best first.
     *
     * @param affinity the session that holds the directory entry of the key
     */
    public static List<Session> rank(Membership.View view, String type, String key, Session affinity) {
        List<Session> eligible = new ArrayList<>();
        for (Session session : view.sessions().keySet()) {
            if (hosts(view, session, type)) {
                eligible.add(session);
            }
        }
        eligible.sort(Comparator.<Session>comparingInt(s -> s.equals(affinity) ? 0 : 1)
                .thenComparing(
                        Comparator.comparingLong((Session s) -> weight(key, s)).reversed())
                .thenComparing(Session::incarnation));
        return eligible;
    }

    /** Whether a session hosts a type; one that does not say is asked. */
    static boolean hosts(Membership.View view, Session session, String type) {
        return view.attribute(session, Membership.TYPES)
                .map(types -> {
                    for (String entry : types.split(",", -1)) {
                        int colon = entry.indexOf(':');
                        if ((colon < 0 ? entry : entry.substring(0, colon)).equals(type)) {
                            return true;
                        }
                    }
                    return false;
                })
                .orElse(true);
    }

    /** Highest random weight; the constants are those of the SplitMix64 finalizer. */
    private static long weight(String key, Session session) {
        long z = key.hashCode() * 0x9E3779B97F4A7C15L + session.incarnation().hashCode();
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

package io.durableserver.runtime.split;

import io.durableserver.NotAppliedException;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which sessions are alive, judged by whether their leases move (P4): by this node's own clock. A lease that moved once may be the last
 * word of a node that was frozen, renewed it when it went on, and found out then that it is cut off. Not thread-safe.
 */
final class LeaseLooks {
    private static final int MOVES = 2;

    /** @param mark what moves while the session lives: the count of renewals, or what stands in place of the lease */
    private record Seen(Object mark, long since, int moves, Alive alive) {}

    private final long leaseNanos;
    private final Map<Session, Seen> seen = new HashMap<>();

    LeaseLooks(long leaseNanos) {
        this.leaseNanos = leaseNanos;
    }

    void saw(Session session, String storeKey, ReadResult result, long now) {
        if (result instanceof ReadResult.Absent) {
            seen.put(session, new Seen("absent", now, 0, Alive.NO));
        } else if (result instanceof ReadResult.Found found) {
            try {
                LeaseRecord lease = LeaseFormat.decode(storeKey, found.record());
                if (lease.gone()) {
                    seen.put(session, new Seen("gone", now, 0, Alive.NO));
                } else {
                    saw(session, lease.renewals(), true, now);
                }
            } catch (NotAppliedException garbage) {
                sawGarbage(session, found.version(), now);
            }
        }
    }

    /** What stands there is no lease. No renewal can be written over it: it stands still, and the lease behind it runs out. */
    void sawGarbage(Session session, Version version, long now) {
        saw(session, version, false, now);
    }

    private void saw(Session session, Object mark, boolean lease, long now) {
        Seen before = seen.get(session);
        if (before == null) {
            seen.put(session, new Seen(mark, now, 0, Alive.NOT_KNOWN));
        } else if (!before.mark().equals(mark)) {
            int moves = lease ? Math.min(MOVES, before.moves() + 1) : 0;
            seen.put(session, new Seen(mark, now, moves, moves == MOVES ? Alive.YES : Alive.NOT_KNOWN));
        } else if (now - before.since() >= leaseNanos) {
            seen.put(session, new Seen(mark, before.since(), 0, Alive.NO));
        }
    }

    Alive of(Session session) {
        Seen last = seen.get(session);
        return last == null ? Alive.NOT_KNOWN : last.alive();
    }

    /** Forgets the sessions that are not asked for any more. */
    void keep(Collection<Session> sessions) {
        seen.keySet().retainAll(Set.copyOf(sessions));
    }

    /** The sessions whose leases stand like this. */
    Set<Session> all(Alive alive) {
        return seen.entrySet().stream()
                .filter(looked -> looked.getValue().alive() == alive)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}

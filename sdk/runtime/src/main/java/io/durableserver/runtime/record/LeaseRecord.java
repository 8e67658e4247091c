package io.durableserver.runtime.record;

import io.durableserver.spi.Session;
import java.util.Objects;

/**
 * The lease of one node session as the store holds it (P4). A lease that stands still is judged by a reader's own
 * monotonic clock; the wall clock in it is for people.
 *
 * @param session the session that holds it
 * @param renewals raised by one at each renewal
 * @param endpoint where the node's process can be asked for, empty when unknown
 * @param gone true when the session said goodbye: its servers may be taken over at once
 * @param writtenAtMillis wall clock of the writer, Unix milliseconds
 * @param cluster the id of the cluster the session is in, empty when unknown
 * @param extra its members that this release does not know
 */
public record LeaseRecord(
        Session session,
        long renewals,
        String endpoint,
        boolean gone,
        long writtenAtMillis,
        String cluster,
        ExtraMembers extra) {
    public LeaseRecord {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(extra, "extra");
    }

    public LeaseRecord(
            Session session, long renewals, String endpoint, boolean gone, long writtenAtMillis, String cluster) {
        this(session, renewals, endpoint, gone, writtenAtMillis, cluster, ExtraMembers.NONE);
    }

    public LeaseRecord(Session session, long renewals, String endpoint, boolean gone, long writtenAtMillis) {
        this(session, renewals, endpoint, gone, writtenAtMillis, "");
    }
}

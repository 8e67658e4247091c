package io.durableserver.backend.ignite;

import org.apache.ignite.Ignite;

/**
 * Whether this node sees a quorum now. Ignite asks the validator when an operation starts; a node that was cut off
 * during the operation must not believe its answer, so the answer is checked against the view once more.
 */
final class QuorumView {
    private record Seen(long topologyVersion, boolean holds) {}

    private final Ignite ignite;
    private final Quorum quorum;
    private volatile Seen seen = new Seen(-1, false);

    QuorumView(Ignite ignite, Quorum quorum) {
        this.ignite = ignite;
        this.quorum = quorum;
    }

    boolean holds() {
        if (quorum.servers() == 0) {
            return true;
        }
        try {
            Seen last = seen;
            long version = ignite.cluster().topologyVersion();
            if (last.topologyVersion() != version) {
                last = new Seen(version, quorum.validate(ignite.cluster().nodes()));
                seen = last;
            }
            return last.holds();
        } catch (IllegalStateException stopping) {
            return false;
        }
    }

    int servers() {
        return quorum.servers();
    }
}

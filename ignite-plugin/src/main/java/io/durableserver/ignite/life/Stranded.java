package io.durableserver.ignite.life;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a node is where it can never serve while its cluster is elsewhere: it has no quorum there, or a cluster that is not
 * active, and others answer. It goes without being let go: it serves nothing. Pure steps; not thread-safe.
 */
final class Stranded {
    private static final int STEADY_LOOKS = 2;

    private final long patienceNanos;
    private boolean useless;
    private long since;
    private int answered;

    /** @param patienceNanos how long a node that does not serve waits for what it waits for */
    Stranded(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Whether it is worth asking which nodes answer. */
    boolean wonders(boolean serves, long now) {
        if (serves) {
            useless = false;
            answered = 0;
            return false;
        }
        if (!useless) {
            useless = true;
            since = now;
        }
        return now - since >= patienceNanos;
    }

    /** The places to go to; empty to stay. */
    List<String> look(Set<String> answering) {
        answered = answering.isEmpty() ? 0 : answered + 1;
        return answered >= STEADY_LOOKS ? List.copyOf(new TreeSet<>(answering)) : List.of();
    }
}

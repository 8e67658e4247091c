package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.turn.Outputs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The callers of one server that are to be answered later and still wait. Used on the server's own thread. Bounded by the
 * calls that wait (P7): whoever's deadline has passed is forgotten when the set has doubled.
 */
final class OpenReplies {
    private static final int FIRST_SWEEP = 64;

    private final Set<Deferred<?>> open = new LinkedHashSet<>();
    private int sweepAt = FIRST_SWEEP;

    void add(Deferred<?> reply, long nowNanos) {
        if (open.size() >= sweepAt) {
            open.removeIf(waiting -> waiting.isLate(nowNanos));
            sweepAt = Math.max(FIRST_SWEEP, 2 * open.size());
        }
        open.add(reply);
    }

    /** False when it has left already: the first answer counts. */
    boolean remove(Deferred<?> reply) {
        return open.remove(reply);
    }

    /** Ends them all: nobody is left to answer them. False when there were none. */
    boolean endAll(DurableServerException error) {
        List<Deferred<?>> left = List.copyOf(open);
        open.clear();
        left.forEach(reply -> Outputs.fail(reply.failure(), error));
        return !left.isEmpty();
    }
}

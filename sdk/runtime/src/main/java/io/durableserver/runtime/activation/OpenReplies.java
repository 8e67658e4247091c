package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.sync.Outputs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The callers of one server that are to be answered later and still wait. Used on the server's own thread. Bounded by the
 * calls that wait (P7): callers whose deadline has passed are forgotten when the set has doubled.
 */
final class OpenReplies {
    private static final int FIRST_SWEEP = 64;

    /** Made when it is first needed: most servers answer at once. */
    private Set<Deferred> open = Set.of();

    private int sweepAt = FIRST_SWEEP;
    private final Outputs outputs;

    /** None yet; what fails goes there. */
    OpenReplies(Outputs outputs) {
        this.outputs = outputs;
    }

    void add(Deferred reply, long nowNanos) {
        open = open.isEmpty() ? new LinkedHashSet<>() : open;
        if (open.size() >= sweepAt) {
            open.removeIf(waiting -> waiting.isLate(nowNanos));
            sweepAt = Math.max(FIRST_SWEEP, 2 * open.size());
        }
        open.add(reply);
    }

    /** A caller asks again for a reply that is open: it is told as well. False when none is open with this request id. */
    boolean join(String requestId, ReplySink caller, long deadlineNanos) {
        for (Deferred reply : open) {
            if (reply.isOf(requestId)) {
                return reply.join(caller, deadlineNanos);
            }
        }
        return false;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** False when it has left already: the first answer counts. */
    boolean remove(Deferred reply) {
        return !open.isEmpty() && open.remove(reply);
    }

    /** Ends them all, since no handler is left to answer them. False when there were none. */
    boolean endAll(DurableServerException error) {
        List<Deferred> left = List.copyOf(open);
        open = Set.of();
        left.forEach(reply -> outputs.fail(reply.failure(), error));
        return !left.isEmpty();
    }
}

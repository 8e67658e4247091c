package io.durableserver.runtime.split;

import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.split.SplitSteps.Look;
import io.durableserver.spi.Session;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it is, among the nodes of one side, to write what follows from a look: its speaker's. The node that claimed last goes on to speak,
 * so that other sides need not find out whether a newcomer is alive; without one it is the first by name. A node whose looks have
 * stopped must not silence its side, so each further one by name waits two lease times longer for the record to change, and
 * writes then. Not thread-safe.
 */
final class Speaking {
    private static final int PATIENCE = 2;

    private final long leaseNanos;
    private Optional<ClaimRecord> waitingFor = Optional.empty();
    private boolean waiting;
    private long since;
    private long lastAsked;

    Speaking(long leaseNanos) {
        this.leaseNanos = leaseNanos;
    }

    /** Asked where there is something to write. */
    boolean mayWrite(Look look) {
        // Not asked for a while: there was nothing to write in between.
        boolean goesOn = waiting && look.now() - lastAsked <= PATIENCE * leaseNanos && waitingFor.equals(look.record());
        lastAsked = look.now();
        if (!goesOn) {
            waiting = true;
            waitingFor = look.record();
            since = look.now();
        }
        return look.now() - since >= PATIENCE * leaseNanos * rank(look);
    }

    private static int rank(Look look) {
        Optional<Session> claimant = look.record().map(ClaimRecord::claimant);
        List<Session> order = look.mine().sessions().stream()
                .sorted(Comparator.comparing((Session session) -> !claimant.equals(Optional.of(session)))
                        .thenComparing(Session::node)
                        .thenComparing(Session::incarnation))
                .toList();
        return order.indexOf(look.mine().self());
    }
}

package io.durableserver.backend.mirror.rollout;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a rollout stands, as the stores say and as this node sees it.
 *
 * @param phase the phase
 * @param revision rises with every change
 * @param authority the store that is read and written; empty in a pause
 * @param handles the open handles of all nodes; some may belong to dead processes
 * @param pending keys this node still has to mirror
 * @param lost keys this node gave up to mirror, since it was opened
 * @param backfill how far the backfill is; empty before the first, and where the source that keeps it does not answer
 * @param silent stores that did not answer; what is said is certain without them
 */
public record RolloutStatus(
        Phase phase,
        long revision,
        Optional<Side> authority,
        List<String> handles,
        int pending,
        long lost,
        Optional<BackfillProgress> backfill,
        Set<Side> silent) {
    public RolloutStatus {
        handles = List.copyOf(handles);
        silent = Set.copyOf(silent);
    }
}

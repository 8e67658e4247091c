package io.durableserver.backend.mirror.control;

import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;

/**
 * What a store says about the rollout. Both stores have such a record; it counts only in the store that its phase gives
 * the authority to, so the authority is passed on by one conditional write.
 *
 * @param side the store it is kept in; another one here means stores that are exchanged or the same
 * @param phase the phase
 * @param revision raised by every change of either record
 * @param nonce unique to the write, so that a write without an answer knows itself
 * @param changedAtMillis wall clock of the writer, Unix milliseconds, for people
 * @param extra its members that this release does not know, each after a comma; a node that rewrites the record keeps them
 */
public record RolloutRecord(Side side, Phase phase, long revision, String nonce, long changedAtMillis, String extra) {
    /** The same, written over another. */
    RolloutRecord over(RolloutRecord before) {
        return new RolloutRecord(side, phase, revision, nonce, changedAtMillis, before.extra);
    }

    /** Whether this record makes its store the authority. */
    public boolean owns() {
        return phase.authority().filter(side::equals).isPresent();
    }
}

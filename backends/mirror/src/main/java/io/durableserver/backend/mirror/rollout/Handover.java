package io.durableserver.backend.mirror.rollout;

import java.time.Duration;
import java.util.Optional;

/** How a change of the authority ended. */
public sealed interface Handover {
    /**
     * The authority has changed.
     *
     * @param phase the phase that began
     * @param pause how long no node could write
     * @param verified the comparison before it
     */
    record Done(Phase phase, Duration pause, VerificationReport verified) implements Handover {}

    /**
     * Nothing has changed: the store that had the authority has it still, or again.
     *
     * @param why what stood in the way
     * @param detail what exactly
     * @param verified the comparison before it, where it came so far
     */
    record Refused(Reason why, String detail, Optional<VerificationReport> verified) implements Handover {}

    /** What stood in the way. */
    enum Reason {
        /** The rollout is not in a phase that this follows. */
        WRONG_PHASE,
        /** The stores differ in a way that was not, or could not be, repaired. */
        DIVERGENCE,
        /** A node did not finish what it had to mirror within {@code pauseLimit}, or died in the pause. */
        NODE_SILENT,
        /** A node gave up to mirror keys after the comparison. */
        MIRROR_LOST,
        /** A node writes to the authority without this mirror. */
        OUTSIDE_WRITER,
        /** Another operator changed the rollout at the same time. */
        OTHER_OPERATOR
    }
}

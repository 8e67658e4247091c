package io.durableserver.backend.ignite;

import java.util.Optional;
import java.util.Set;

/**
 * Keeps a node out of a cluster that went on without it where records may have changed on its side: Ignite would take each copy as it is,
 * an older one with a newer one (P2). Pure.
 */
enum OtherSide {
    /** The cluster knows all that the node remembers. */
    NONE,
    /** The cluster was activated without it, and does not serve: no store has asked yet which nodes have the newest records. */
    NOT_ASKED,
    /** The cluster was cut off from what the node remembers, or was started without it. */
    LATER,
    /** Each of them remembers what the other one does not know. */
    BOTH;

    /**
     * What the mark of a node that is about to join says of the cluster.
     *
     * @param here the newest mark that is known to the cluster
     * @param now the moment in which the node wants to join
     */
    static OtherSide of(CopyMark here, CopyMark said, CopyMark.Moment now) {
        Past past = here.past();
        if (past.knows(said.past(), now)) {
            return NONE;
        }
        if (past.madeIn(now).isEmpty()) {
            return NewestMark.cameToNothing(said, here) ? NONE : NOT_ASKED;
        }
        // What stands on this cluster's own mark may have been written with, also where not all
        // know that they agreed on it.
        if (said.past().isAfter(past)) {
            return LATER;
        }
        return NewestMark.cameToNothing(said, here) ? NONE : BOTH;
    }

    /** Why the node must not join, for people; empty when it may. */
    Optional<String> refuse(String joining, Set<String> here) {
        return switch (this) {
            case NONE -> Optional.empty();
            case NOT_ASKED ->
                Optional.of("node " + joining
                        + " remembers newer records than this cluster, which was activated without it: deactivate the"
                        + " cluster, where it does not do so by itself, and start " + joining + " again");
            case LATER ->
                Optional.of("node " + joining
                        + " remembers newer records than this cluster, which was cut off from them: stop " + here
                        + ", and start " + joining + " first");
            case BOTH ->
                Optional.of(
                        "node " + joining + " was on another side of a split, and both sides wrote: give up one of them"
                                + " (stop it, move the data of its nodes away, and start them again)");
        };
    }
}

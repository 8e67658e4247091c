package io.durableserver.ignite.split;

import java.util.Optional;

/** The owner of an Ignite node, asked whether and told that the node gives up what it has stored. Does not block. */
public interface SideOwner {
    /** Why the node cannot give up what it has stored; empty where it can. */
    Optional<String> staysBecause();

    /**
     * An operator gave up what the node has stored: it leaves in good order, moves that aside, and joins the side that is kept and
     * no other one. It holds when this has returned, also for another process of this node.
     */
    void giveUp(KeptSide kept);
}

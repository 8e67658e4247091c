package io.durableserver.ignite;

import java.util.List;
import java.util.Optional;

/** Whoever runs an Ignite node, and is told by its plugin how it stands. Called on any thread, also Ignite's: hands over at once. */
interface NodeWatch {
    /** Whether a prefix takes requests, and if not, why. */
    void prefix(String prefix, boolean ready, String cause);

    /**
     * This session is over, though nobody asked for it.
     *
     * @param stops whether Ignite stops the node by itself
     */
    void lost(String why, boolean stops);

    /** Something tells of a split of the prefix's cluster, or nothing does when the text is empty. */
    void alarm(String prefix, String text);

    /** Whether the node can leave its cluster and join another side of it. */
    boolean moves();

    /** The node is to leave in good order, and to join there; not heard where it does not move. */
    void stepDown(List<String> addresses, String why);

    /** Why the node cannot give up what it has stored; empty where it can. */
    Optional<String> staysBecause();

    /**
     * An operator gave up what the node has stored: it leaves in good order, moves that aside, and joins the side that is kept and
     * nobody else. It holds when this has returned, also for another process of this node.
     */
    void giveUp(KeptSide kept);

    /** Ignite begins to stop the node, and what runs there is stopped already. */
    void stopping();

    /** Whether no other node comes after this one. */
    boolean isLast();
}

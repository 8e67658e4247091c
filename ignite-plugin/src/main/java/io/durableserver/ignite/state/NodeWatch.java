package io.durableserver.ignite.state;

import io.durableserver.ignite.split.SideOwner;
import java.util.List;

/** The owner of an Ignite node, told by its plugin how it stands. Called on any thread, also Ignite's: hands over at once. */
public interface NodeWatch extends SideOwner {
    /** Whether a prefix takes requests, and if not, why. */
    void prefix(String prefix, boolean ready, String cause);

    /**
     * This session is over, without having been asked to end.
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

    /** Ignite begins to stop the node, and what runs there is stopped already. */
    void stopping();

    /** Whether no other node comes after this one. */
    boolean isLast();
}

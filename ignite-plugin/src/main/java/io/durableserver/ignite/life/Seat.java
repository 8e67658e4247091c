package io.durableserver.ignite.life;

import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.life.LifeSteps.Ending;
import io.durableserver.ignite.life.LifeSteps.Leaving;

/** The Ignite node of the moment, as {@link Life} handles it: on its own thread, one call at a time. All but {@link #told} may block. */
interface Seat {
    /** Leaves the Ignite node, and returns when it is gone with all it held. */
    Ending leave(Leaving how);

    /**
     * Starts another Ignite node, and returns when it has joined. Ends early when the thread is interrupted.
     *
     * @param alone whether it may begin a cluster of its own when no other node answers
     * @throws RuntimeException saying why it could not
     */
    void join(boolean alone);

    /**
     * How the node stands while it leaves or is in no cluster.
     *
     * @param serves whether it serves until it has left
     */
    void told(NodeState.Phase phase, String cause, boolean serves);

    /** Ends the process; called last. */
    void exit();
}

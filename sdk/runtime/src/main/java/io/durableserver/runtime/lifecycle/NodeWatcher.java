package io.durableserver.runtime.lifecycle;

import io.durableserver.runtime.wire.NodeState;

/** Whoever runs a node, and is told how it stands. Called under the node's lock, on any thread: hand over at once. */
public interface NodeWatcher {
    /** Is told nothing. */
    NodeWatcher NOBODY = new NodeWatcher() {
        @Override
        public void says(NodeState state) {}

        @Override
        public void lost(String why) {}
    };

    /** What the node says to the others. */
    void says(NodeState state);

    /** The node serves no more, for good, though nobody here wanted that: only another session helps. */
    void lost(String why);
}

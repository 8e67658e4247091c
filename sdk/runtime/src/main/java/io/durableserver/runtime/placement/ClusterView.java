package io.durableserver.runtime.placement;

import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sessions in the cluster and what they say about themselves: an immutable view.
 *
 * @param members the nodes that are there
 * @param states what sessions said; one that said nothing is not ready
 */
public record ClusterView(View members, Map<Session, NodeState> states) {
    public ClusterView {
        states = Map.copyOf(states);
    }

    public NodeState state(Session session) {
        return states.getOrDefault(session, NodeState.UNHEARD);
    }

    /** Whether a session is in the cluster and takes requests. */
    public boolean isReady(Session session) {
        return members.contains(session) && state(session).isReady();
    }

    /** The sessions that do not take requests, by node name, and why; for errors. */
    public Map<String, String> notReady() {
        Map<String, String> why = new TreeMap<>();
        for (Session session : members.sessions()) {
            if (!isReady(session)) {
                why.put(session.node(), state(session).toString());
            }
        }
        return why;
    }
}

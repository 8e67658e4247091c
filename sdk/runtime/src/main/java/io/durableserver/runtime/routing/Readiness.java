package io.durableserver.runtime.routing;

import io.durableserver.runtime.placement.ClusterView;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.runtime.wire.WireFormatException;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which sessions take requests, by what they said themselves; of this one it knows first hand, so that a node alone with
 * itself, or one whose cluster cannot carry the rows, still finds a node that is ready.
 */
public final class Readiness {
    private final Membership membership;
    private final NodeStates states;
    private volatile NodeState own = NodeState.STARTING;
    private volatile Seen seen = new Seen(new View(-1, List.of()), Map.of(), NodeState.STARTING);

    /** The view of a moment, and what it was made of. */
    private record Seen(View members, Map<Session, byte[]> rows, NodeState own, ClusterView view) {
        Seen(View members, Map<Session, byte[]> rows, NodeState own) {
            this(members, rows, own, new ClusterView(members, Map.of()));
        }
    }

    public Readiness(Membership membership, NodeStates states) {
        this.membership = membership;
        this.states = states;
    }

    /** Tells the others; calls come one after another, in the order of what they say. */
    public void say(NodeState state) {
        own = state;
        states.publish(WireFormat.encode(state));
    }

    /** What this node knows now. */
    @SuppressWarnings("ReferenceEquality") // equal ones that are not the same are made into a view again
    public ClusterView view() {
        View members = membership.view();
        Map<Session, byte[]> rows = states.rows();
        NodeState mine = own;
        Seen last = seen;
        if (last.members() == members && last.rows() == rows && last.own() == mine) {
            return last.view();
        }
        Map<Session, NodeState> known = new HashMap<>();
        rows.forEach((session, row) -> {
            if (members.contains(session)) {
                known.put(session, decoded(row));
            }
        });
        known.put(membership.self(), mine);
        ClusterView view = new ClusterView(members, known);
        seen = new Seen(members, rows, mine, view);
        return view;
    }

    private static NodeState decoded(byte[] row) {
        try {
            return WireFormat.decodeState(row);
        } catch (WireFormatException unreadable) {
            // A row of a later format, or a broken one: nothing is known of that node.
            return NodeState.UNHEARD;
        }
    }
}

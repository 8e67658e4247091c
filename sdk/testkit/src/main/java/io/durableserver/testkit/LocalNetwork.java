package io.durableserver.testkit;

import io.durableserver.spi.MapConflictException;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster in this JVM: the nodes in it, and the entries of its shared maps. Everything it tells a node goes through that
 * node's {@link LocalNode#wire}, which keeps the order.
 */
final class LocalNetwork {
    private final Map<String, LocalRows> maps = new HashMap<>();
    private final Map<Session, LocalNode> members = new LinkedHashMap<>();
    private final Map<Session, LocalNode> alive = new ConcurrentHashMap<>();
    private volatile Map<Session, byte[]> states = Map.of();

    /** From now on the node sees what happens; others learn of it by {@link #announce}, once it can answer. */
    synchronized void join(LocalNode node) {
        members.put(node.session(), node);
        alive.put(node.session(), node);
        node.membership().start(members.keySet());
    }

    synchronized void announce(LocalNode node) {
        tellOthers(node, new Event.Joined(node.session()));
    }

    /** The node is gone; its process can be found dead at once. */
    synchronized void leave(LocalNode node, Event event) {
        if (members.remove(node.session()) != null) {
            alive.remove(node.session());
            tellOthers(node, event);
            Map<Session, byte[]> left = new HashMap<>(states);
            left.remove(node.session());
            states = Map.copyOf(left);
        }
    }

    /** A node says something about itself; one that has left is not heard. */
    synchronized void says(Session session, byte[] row) {
        if (alive.containsKey(session)) {
            Map<Session, byte[]> next = new HashMap<>(states);
            next.put(session, row);
            states = Map.copyOf(next);
        }
    }

    Map<Session, byte[]> states() {
        return states;
    }

    private void tellOthers(LocalNode subject, Event event) {
        for (LocalNode member : members.values()) {
            if (member != subject) {
                member.wire(() -> member.told(event));
            }
        }
    }

    /** Waits until every node has seen all that was told so far. */
    void settle() {
        List<LocalNode> told;
        synchronized (this) {
            told = List.copyOf(members.values());
        }
        told.forEach(LocalNode::settle);
    }

    /** The node of a session; null when it is gone. */
    @Nullable
    LocalNode find(Session session) {
        return alive.get(session);
    }

    /** The entries of a shared map, made when the first node asks for it. */
    synchronized LocalRows rows(MapSpec spec) {
        LocalRows rows = maps.computeIfAbsent(spec.name(), name -> new LocalRows(spec));
        if (rows.spec().conflictsWith(spec)) {
            throw new MapConflictException(spec, rows.spec().toString());
        }
        return rows;
    }
}

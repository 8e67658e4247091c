package io.durableserver.testkit.sim;

import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The wires between the nodes: which ones are cut, and what is on its way. */
public final class SimNetwork {
    /** Messages leave one process for another. */
    private record Pair(Session from, Session to) {}

    private record Cut(String from, String to) {}

    private final Simulation simulation;
    private final Map<Pair, SimLink> links = new LinkedHashMap<>();
    private final Map<Session, SimNode> processes = new LinkedHashMap<>();
    private final Set<Cut> cuts = new LinkedHashSet<>();
    private final Set<Session> silent = new LinkedHashSet<>();
    private final List<Observer> observers = new ArrayList<>();

    /** Sees every message at the moment it leaves. */
    @FunctionalInterface
    public interface Observer {
        /** A message leaves; it may never arrive. */
        void sent(SimNode from, byte[] message);
    }

    SimNetwork(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Adds an observer of every message. */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    void sent(SimNode from, byte[] message) {
        observers.forEach(observer -> observer.sent(from, message));
    }

    /** Cuts the wire from one node to another; the other direction stays. */
    public void cut(String from, String to) {
        simulation.trace("cut", from, to);
        cuts.add(new Cut(from, to));
    }

    /** Cuts all wires between two groups of nodes, both directions. */
    public void partition(Collection<String> one, Collection<String> other) {
        for (String left : one) {
            for (String right : other) {
                cut(left, right);
                cut(right, left);
            }
        }
    }

    /** A process serves on and answers no question of others, as one whose threads for that are all held up. */
    public void silence(SimNode node) {
        simulation.trace("silent", node.session());
        silent.add(node.session());
    }

    /** Ends {@link #silence}: what was asked meanwhile is answered now, if its caller still waits. */
    public void speak() {
        silent.clear();
    }

    boolean isSilent(SimNode node) {
        return silent.contains(node.session());
    }

    /** Mends every wire. What waited on one arrives now, or was lost: all of it or nothing, each link for itself. */
    public void heal() {
        if (cuts.isEmpty()) {
            return;
        }
        simulation.trace("heal network");
        cuts.clear();
        List.copyOf(links.values()).forEach(SimLink::healed);
    }

    /** Whether something sent now gets from one process to another: the wire is whole and both ends run. */
    public boolean reaches(SimNode from, SimNode to) {
        return !to.isDead() && !isCut(from.name(), to.name());
    }

    boolean isCut(String from, String to) {
        return !from.equals(to) && cuts.contains(new Cut(from, to));
    }

    boolean isWhole() {
        return cuts.isEmpty();
    }

    void started(SimNode node) {
        processes.put(node.session(), node);
    }

    /** The process of a session, dead or alive; null when there never was one. */
    @Nullable
    SimNode process(Session session) {
        return processes.get(session);
    }

    SimLink link(SimNode from, SimNode to) {
        return links.computeIfAbsent(new Pair(from.session(), to.session()), pair -> new SimLink(simulation, from, to));
    }

    void ended(SimNode node) {
        for (SimLink link : new ArrayList<>(links.values())) {
            if (link.to() == node) {
                links.remove(new Pair(link.from().session(), node.session()));
            } else if (link.from() == node) {
                link.senderEnded();
            }
        }
    }
}

package io.durableserver.testkit.sim;

import io.durableserver.Registration;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The membership as one process sees it. */
final class SimMembership implements Membership {
    private final Simulation simulation;
    private final SimNode node;
    private final Lane lane;
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Set<Session> everSeen = new HashSet<>();
    private final List<Consumer<Event>> listeners = new ArrayList<>();
    private long revision;
    private View view = View.of(0, List.of());

    SimMembership(Simulation simulation, SimNode node) {
        this.simulation = simulation;
        this.node = node;
        this.lane = new Lane(simulation, node, simulation.config().viewLag());
    }

    void start(Collection<Session> members) {
        sessions.addAll(members);
        everSeen.addAll(members);
        remember();
    }

    void give(Event event) {
        lane.give(() -> apply(event));
    }

    private void apply(Event event) {
        if (event instanceof Event.Joined joined) {
            sessions.add(joined.session());
            everSeen.add(joined.session());
        } else if (event instanceof Event.Left left) {
            lost(left.session());
        } else if (event instanceof Event.Failed failed) {
            lost(failed.session());
        }
        remember();
        for (Consumer<Event> listener : List.copyOf(listeners)) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                simulation.trace("membership listener threw", node.session(), e);
            }
        }
    }

    private void lost(Session session) {
        sessions.remove(session);
        // After the view and the listeners: nothing that failed here may find the session still there.
        simulation.after(node, 0, () -> node.transport().lost(session));
    }

    private void remember() {
        view = View.of(++revision, sessions);
    }

    /** Whether a session joined so lately that this process does not know it yet. */
    boolean hasNotSeen(Session session) {
        return !everSeen.contains(session);
    }

    @Override
    public Session self() {
        return node.session();
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public Registration listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public String endpoint() {
        return "sim:" + node.session();
    }

    /** Only a dead process is provably gone, and only to those whose packets reach its host. */
    @Override
    public CompletionStage<Boolean> provablyGone(Session session, String endpoint) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        SimNode suspect = simulation.network().process(session);
        long roundTrip = 2 * simulation.random().nanos(simulation.config().message());
        simulation.after(
                node,
                roundTrip,
                () -> answer.complete(suspect != null
                        && suspect.isDead()
                        && endpoint.equals("sim:" + session)
                        && !simulation.network().isCut(node.name(), session.node())
                        && !simulation.network().isCut(session.node(), node.name())));
        return answer;
    }
}

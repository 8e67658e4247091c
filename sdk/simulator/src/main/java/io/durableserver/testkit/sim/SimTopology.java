package io.durableserver.testkit.sim;

import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The membership as the cluster itself decides it. Nodes see its changes in this order, each node later than it likes. */
public final class SimTopology {
    private final Simulation simulation;
    private final Map<Session, SimNode> members = new LinkedHashMap<>();
    private final List<Consumer<SimNode>> segmented = new ArrayList<>();
    private final List<Runnable> listeners = new ArrayList<>();

    SimTopology(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Whether the cluster counts this process in. */
    public boolean contains(SimNode node) {
        return members.containsKey(node.session());
    }

    /** Whether this process runs although the cluster gave it up: sooner or later it is told so and has to end. */
    public boolean isCastOut(SimNode node) {
        return !node.isDead() && !contains(node);
    }

    /** Members, oldest first. */
    List<SimNode> members() {
        return new ArrayList<>(members.values());
    }

    /** Hears of every process that is told that it was cut off, at that moment. */
    public void onSegmented(Consumer<SimNode> listener) {
        segmented.add(listener);
    }

    /** Runs after every change. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    void join(SimNode node) {
        members.put(node.session(), node);
        node.membership().start(members.keySet());
        members.values().forEach(member -> member.states().met(node));
        publish(new Event.Joined(node.session()), node);
    }

    /** A cluster without members; the listeners to cut-off processes of this one hear of those there. */
    SimTopology offshoot() {
        SimTopology other = new SimTopology(simulation);
        other.segmented.addAll(segmented);
        return other;
    }

    /** Some members are a cluster of their own now; they do not hear of it from this one. */
    void lose(Collection<SimNode> side) {
        for (SimNode node : side) {
            members.remove(node.session());
        }
        side.forEach(node -> publish(new Event.Failed(node.session()), node));
    }

    /** Begins with members that were together with others before. */
    void found(Collection<SimNode> side, Collection<SimNode> lost) {
        side.forEach(node -> members.put(node.session(), node));
        lost.forEach(node -> publish(new Event.Failed(node.session()), node));
    }

    void left(SimNode node) {
        if (members.remove(node.session()) != null) {
            publish(new Event.Left(node.session()), node);
        }
    }

    void crashed(SimNode node) {
        detect(node, () -> true);
    }

    void unreachable(SimNode node) {
        detect(node, node::isFrozen);
    }

    /** The cluster gives up a running process, as after a partition; the process is told later. */
    public void castOut(SimNode node) {
        fail(node);
    }

    private void detect(SimNode node, BooleanSupplier still) {
        long delay = simulation.random().nanos(simulation.config().detection());
        simulation.after(delay, () -> {
            if (still.getAsBoolean()) {
                node.topology().fail(node); // which it may have come into meanwhile
            }
        });
    }

    private void fail(SimNode node) {
        if (members.remove(node.session()) == null) {
            return;
        }
        simulation.trace("failed", node.session());
        publish(new Event.Failed(node.session()), node);
        node.whenRunning(() -> {
            long delay = simulation.random().nanos(simulation.config().segmentation());
            simulation.after(node, delay, () -> {
                simulation.trace("segmented", node.session());
                node.membership().give(new Event.Segmented());
                segmented.forEach(listener -> listener.accept(node));
            });
        });
    }

    private void publish(Event event, SimNode subject) {
        for (SimNode member : members.values()) {
            if (member != subject) {
                member.membership().give(event);
            }
        }
        listeners.forEach(Runnable::run);
    }
}

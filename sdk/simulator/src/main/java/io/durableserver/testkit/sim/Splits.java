package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.SimRandom.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Clusters that fall apart, and how they come together again: by the hand of an operator, who ends one side when the network is
 * whole; or by themselves, as their nodes settle it.
 */
final class Splits {
    private static final Span APART = Span.millis(500, 6_000);
    private static final Span SHORT = Span.millis(5, 300);
    private static final int MOST_CLUSTERS = 3;

    private final Simulation simulation;
    private final Consumer<SimNode> stop;
    private final List<SimNode> apart = new ArrayList<>();
    private final List<SimNode> leaving = new ArrayList<>();
    private final Map<String, List<String>> goals = new HashMap<>();
    private boolean heal;

    /** @param stop stops a process in good order, and boots it again */
    Splits(Simulation simulation, Consumer<SimNode> stop) {
        this.simulation = simulation;
        this.stop = stop;
    }

    /** From now on only the network is mended; the sides have to see to the rest. */
    void healByThemselves() {
        heal = true;
    }

    /** Whether nothing is apart, as far as this has to mend it. */
    boolean isWhole() {
        return apart.isEmpty();
    }

    /** One process, and perhaps some others, are cut off, and become a cluster of their own when that is noticed. */
    void split(SimNode one) {
        SimTopology whole = one.topology();
        if (!simulation.network().isWhole() || !mayFallApart() || !whole.contains(one)) {
            return;
        }
        List<SimNode> side = new ArrayList<>(List.of(one));
        List<SimNode> others = new ArrayList<>(whole.members());
        others.remove(one);
        others.removeIf(SimNode::isDead);
        while (side.size() < others.size() && simulation.random().chance(0.5)) {
            side.add(others.remove(others.size() - 1));
        }
        if (others.isEmpty()) {
            return;
        }
        simulation.network().partition(namesOf(side), namesOf(others));
        if (simulation.random().chance(0.3)) {
            side.forEach(node -> simulation.store().cutOff(node.name()));
        }
        simulation.after(simulation.random().nanos(simulation.config().detection()), () -> {
            List<SimNode> stillThere = new ArrayList<>(side);
            stillThere.retainAll(whole.members());
            stillThere.removeIf(SimNode::isDead);
            if (!stillThere.isEmpty() && mayFallApart()) {
                fallApart(stillThere);
            }
        });
        simulation.after(simulation.random().nanos(APART), this::merge);
    }

    private boolean mayFallApart() {
        return heal ? clusters() < MOST_CLUSTERS : apart.isEmpty();
    }

    /** These are a cluster of their own from now on. */
    void fallApart(List<SimNode> side) {
        simulation.split(side);
        if (!heal) {
            apart.addAll(side);
        }
    }

    /** The other cluster is reached again: each process of it stops in good order, leaves, and joins this one. */
    void merge() {
        simulation.network().heal();
        simulation.store().heal();
        List<SimNode> back = List.copyOf(apart);
        apart.clear();
        back.forEach(node -> simulation.after(node, simulation.random().nanos(SHORT), () -> stop.accept(node)));
    }

    /** The processes that one of this name may join: those it left for if they are there, else any; none while an operator mends. */
    List<SimNode> company(String name) {
        List<SimNode> there = new ArrayList<>();
        if (heal) {
            simulation.living().stream()
                    .filter(node -> node.isRunning() && node.topology().contains(node))
                    .forEach(there::add);
        }
        List<String> addresses = goals.getOrDefault(name, List.of());
        List<SimNode> wanted =
                there.stream().filter(node -> addresses.contains(node.name())).toList();
        return wanted.isEmpty() ? there : wanted;
    }

    /** In how many clusters the processes are that run. */
    long clusters() {
        return simulation.living().stream()
                .filter(node -> node.topology().contains(node))
                .map(SimNode::topology)
                .distinct()
                .count();
    }

    /** A process leaves its cluster, to join one of which a process is at these addresses. */
    void stepDown(SimNode node, List<String> addresses) {
        if (leaving.contains(node)) {
            return;
        }
        leaving.add(node);
        goals.put(node.name(), addresses);
        simulation.trace("steps down", node.session(), addresses);
        stop.accept(node);
    }

    private static List<String> namesOf(List<SimNode> nodes) {
        return nodes.stream().map(SimNode::name).toList();
    }
}

package io.durableserver.testkit.sim;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import io.durableserver.testkit.sim.SimRandom.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One process: a node session with its own clocks, executors and views. It can be frozen and thawed, and dies once;
 * {@link Simulation#boot} makes the next process of the same name.
 */
public final class SimNode {
    /** When the events that a thawing process catches up on run: its threads wake up in any order. */
    private static final Span CATCH_UP = Span.micros(0, 1_000);

    private final Simulation simulation;
    private final Session session;
    private final SimTime time;
    private final SimTransport transport;
    private final SimMembership membership;
    private final Map<String, SimSharedMap> opened = new LinkedHashMap<>();
    private final SimStates states;
    private final Cluster cluster;
    private final Deque<SimEvent> held = new ArrayDeque<>();
    private final List<Runnable> onThaw = new ArrayList<>();
    private SimTopology topology;
    private SimMaps maps;
    private boolean dead;
    private boolean frozen;

    SimNode(Simulation simulation, String name, String incarnation) {
        this.simulation = simulation;
        this.topology = simulation.topology();
        this.maps = simulation.maps();
        this.session = new Session(name, incarnation);
        this.time = new SimTime(simulation);
        this.transport = new SimTransport(simulation, this);
        this.membership = new SimMembership(simulation, this);
        this.states = new SimStates(simulation, this);
        this.cluster = Cluster.of(membership, transport, this::open, states, new SimScheduler(simulation, this), time);
    }

    public Session session() {
        return session;
    }

    /** The node's name. */
    public String name() {
        return session.node();
    }

    /** What a runtime on this node gets. */
    public Cluster cluster() {
        return cluster;
    }

    /** What a backend of a runtime on this node is: the simulated store as this node reaches it. */
    public SimBackend backend() {
        return new SimBackend(simulation.store(), this);
    }

    public boolean isDead() {
        return dead;
    }

    public boolean isFrozen() {
        return frozen;
    }

    /** Whether this process is the kind that gets work done. */
    public boolean isRunning() {
        return !dead && !frozen;
    }

    /** The cluster this process is or was in. */
    public SimTopology topology() {
        return topology;
    }

    private SharedMap open(MapSpec spec) {
        maps.open(spec);
        SimSharedMap map = new SimSharedMap(simulation, this, spec);
        opened.put(spec.name(), map);
        return map;
    }

    /** The maps of the cluster this process is or was in. */
    SimMaps maps() {
        return maps;
    }

    void move(SimTopology toTopology, SimMaps toMaps) {
        topology = toTopology;
        maps = toMaps;
    }

    SimTime time() {
        return time;
    }

    SimTransport transport() {
        return transport;
    }

    SimMembership membership() {
        return membership;
    }

    /** A map, if this process has opened it. */
    Optional<SimSharedMap> opened(String name) {
        return Optional.ofNullable(opened.get(name));
    }

    /** The maps this process has opened. */
    Collection<SimSharedMap> opened() {
        return opened.values();
    }

    SimStates states() {
        return states;
    }

    /** Ends the process at once: nothing of it runs any more; what it sent may still arrive. */
    public void crash() {
        if (dead) {
            return;
        }
        if (simulation.pauses().postponesEnd(this)) {
            freeze();
            return;
        }
        simulation.trace("crash", session);
        end();
        topology.crashed(this);
    }

    /** Ends the process after it stopped serving in good order: the cluster is told that it leaves. */
    public void leave() {
        if (dead) {
            return;
        }
        if (simulation.pauses().postponesEnd(this)) {
            return;
        }
        simulation.trace("leave", session);
        topology.left(this);
        end();
    }

    private void end() {
        dead = true;
        held.clear();
        onThaw.clear();
        simulation.network().ended(this);
        maps.ended(this);
    }

    /** Stops the process without ending it, as SIGSTOP or a long pause of the JVM does; clocks go on. */
    public void freeze() {
        if (isRunning()) {
            simulation.trace("freeze", session);
            frozen = true;
            topology.unreachable(this);
        }
    }

    /** Lets a frozen process go on: first with everything that came due meanwhile. */
    public void thaw() {
        if (dead || !frozen) {
            return;
        }
        simulation.trace("thaw", session, held.size());
        frozen = false;
        for (SimEvent event : held) {
            if (!event.isCancelled()) {
                // The held event itself goes on living, so that closing it still works.
                simulation.after(this, simulation.random().nanos(CATCH_UP), () -> {
                    if (!event.isCancelled()) {
                        event.task.run();
                    }
                });
            }
        }
        held.clear();
        List<Runnable> actions = new ArrayList<>(onThaw);
        onThaw.clear();
        actions.forEach(Runnable::run);
    }

    /** Runs something now, or when the process goes on; never when it is dead. */
    void whenRunning(Runnable action) {
        if (frozen) {
            onThaw.add(action);
        } else if (!dead) {
            action.run();
        }
    }

    /** Whether an event may run now; a frozen process keeps it for later. */
    boolean admits(SimEvent event) {
        if (frozen && !dead) {
            held.add(event);
        }
        return isRunning();
    }

    @Override
    public String toString() {
        return session.toString();
    }
}

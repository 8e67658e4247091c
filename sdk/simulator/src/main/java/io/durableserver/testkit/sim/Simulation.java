package io.durableserver.testkit.sim;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in one thread and in virtual time. Everything that happens is an event in one queue, ordered by time and, at
 * the same time, by chance; the same seed and configuration give the same run.
 *
 * <p>Not thread-safe: everything in it runs on the thread that calls {@link #runUntil}.
 */
public final class Simulation {
    private final long seed;
    private final SimConfig config;
    private final SimRandom random;
    private final Trace trace;
    private final PriorityQueue<SimEvent> queue = new PriorityQueue<>();
    private final Map<String, SimNode> nodes = new LinkedHashMap<>();
    private final List<SimNode> processes = new ArrayList<>();
    private final SimNetwork network;
    private final SimTopology topology;
    private final SimMaps maps;
    private final SimStore store;
    private final Pauses pauses = new Pauses(this);
    private long now;
    private long events;
    private int incarnations;
    private @Nullable SimulationFailure failure;

    /** A quiet simulation. */
    public Simulation(long seed, SimConfig config) {
        this(seed, config, null);
    }

    /** A simulation that prints its trace here, when not null. */
    public Simulation(long seed, SimConfig config, @Nullable PrintStream echo) {
        this.seed = seed;
        this.config = config;
        this.random = new SimRandom(seed);
        this.trace = new Trace(echo);
        this.network = new SimNetwork(this);
        this.topology = new SimTopology(this);
        this.maps = new SimMaps(this, topology);
        this.store = new SimStore(this);
    }

    public SimConfig config() {
        return config;
    }

    public SimRandom random() {
        return random;
    }

    public Trace trace() {
        return trace;
    }

    public SimNetwork network() {
        return network;
    }

    public SimTopology topology() {
        return topology;
    }

    /** The directory of the first cluster. */
    public SimDirectory directory() {
        return maps.directory();
    }

    SimMaps maps() {
        return maps;
    }

    public SimStore store() {
        return store;
    }

    /** True time: virtual nanoseconds since the start, which no node can see. */
    public long now() {
        return now;
    }

    /** How many events have run. */
    public long events() {
        return events;
    }

    /** Adds a line to the trace. The details must be immutable, and their text the same in every run. */
    public void trace(String what, @Nullable Object... details) {
        trace.add(now, what, details);
    }

    /** Stops processes in the middle of what they do. */
    public Pauses pauses() {
        return pauses;
    }

    /**
     * Boots a process with this node name: it has joined the cluster when this returns. The one before it must be dead, or
     * given up by the cluster: then it may be frozen and wake up again.
     */
    public SimNode boot(String name) {
        return boot(name, topology, maps);
    }

    /** As {@link #boot(String)}, in the cluster this process is in. */
    public SimNode boot(String name, SimNode beside) {
        return boot(name, beside.topology(), beside.maps());
    }

    private SimNode boot(String name, SimTopology cluster, SimMaps shared) {
        SimNode previous = nodes.get(name);
        if (previous != null && !previous.isDead() && previous.topology().contains(previous)) {
            throw new IllegalStateException("Node " + name + " runs already");
        }
        SimNode node = new SimNode(this, name, "i" + ++incarnations);
        nodes.put(name, node);
        processes.add(node);
        trace("boot", node.session());
        node.move(cluster, shared);
        cluster.join(node);
        return node;
    }

    /**
     * A cluster falls apart: from now on these processes of it are a cluster of their own, with what they have of the shared maps.
     * The wires between the two are not touched.
     *
     * @return the other cluster
     */
    public SimTopology split(Collection<SimNode> side) {
        SimNode one = side.iterator().next();
        SimTopology whole = one.topology();
        SimMaps all = one.maps();
        SimTopology other = whole.offshoot();
        SimMaps theirs = new SimMaps(this, other);
        trace("split", List.copyOf(side));
        List<SimNode> here = whole.members();
        here.removeAll(side);
        side.forEach(node -> node.move(other, theirs));
        all.splitTo(theirs, side);
        whole.lose(side);
        other.found(side, here);
        return other;
    }

    /** The newest process of every node name, dead ones included, in order of first boot. */
    public List<SimNode> nodes() {
        return new ArrayList<>(nodes.values());
    }

    /** The processes that are not dead; some may be frozen, cut off, or replaced by another one of their name. */
    public List<SimNode> living() {
        processes.removeIf(SimNode::isDead);
        return List.copyOf(processes);
    }

    /** Runs something after a delay in true time, whatever happens to the nodes. */
    public SimEvent after(long delayNanos, Runnable task) {
        return after(null, delayNanos, task);
    }

    /** Runs something on a node after a delay in true time: never once it is dead, late while it is frozen. */
    SimEvent after(@Nullable SimNode node, long delayNanos, Runnable task) {
        SimEvent event = new SimEvent(now + Math.max(0, delayNanos), random.tie(), node, task);
        queue.add(event);
        return event;
    }

    /**
     * Runs events until a condition holds or the time is over, whichever is first.
     *
     * @param limit virtual time from now
     * @return whether the condition holds
     * @throws SimulationFailure when a promise was broken
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = now + limit.toNanos();
        while (!condition.getAsBoolean()) {
            SimEvent event = queue.peek();
            if (event == null || event.time > end) {
                now = Math.max(now, end);
                return condition.getAsBoolean();
            }
            queue.remove();
            step(event);
        }
        return true;
    }

    /** Runs all events of this much virtual time. */
    public void runFor(Duration time) {
        runUntil(() -> false, time);
    }

    private void step(SimEvent event) {
        if (event.isCancelled() || (event.node != null && !event.node.admits(event))) {
            return;
        }
        now = Math.max(now, event.time);
        events++;
        try {
            event.task.run();
        } catch (RuntimeException | Error thrown) {
            fail("defect", "An event threw " + thrown, thrown);
        }
        pauses.eventEnded();
        if (failure != null) {
            throw failure;
        }
    }

    /** As {@link #fail(String, String, Throwable)} without a cause. */
    public void fail(String promise, String message) {
        fail(promise, message, null);
    }

    /**
     * Notes a failure; the first one ends the run after the current event. It is not thrown from here, so that nothing
     * that is simulated can swallow it.
     */
    public void fail(String promise, String message, @Nullable Throwable cause) {
        if (failure != null) {
            return;
        }
        trace("FAILED", promise, message);
        String head = promise + " broken by seed " + seed + " at " + now / 1_000_000 + " ms: " + message;
        String replay = "Replay with -Ddurableserver.sim.seed=" + seed;
        failure = new SimulationFailure(
                seed, promise, head + "\n" + replay + "\n" + String.join("\n", trace.newest()), cause);
    }

    /** Throws the first failure noted, if there is one. */
    public void throwIfFailed() {
        if (failure != null) {
            throw failure;
        }
    }
}

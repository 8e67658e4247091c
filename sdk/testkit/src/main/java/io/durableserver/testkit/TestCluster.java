package io.durableserver.testkit;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.admin.DrainReport;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real runtimes in this JVM, with an in-memory network and store: for tests of applications. Nodes are
 * numbered from 0. Calls, casts, replies and states are encoded and decoded on their way, also between servers of one node,
 * so that what shares an object by mistake, or does not come back from its bytes, shows here and not in production.
 * Thread-safe; close it after the test.
 */
public final class TestCluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Builder builder;
    private final LocalNetwork network = new LocalNetwork();
    private final InMemoryStore store;
    private final InMemoryBackend backend;
    private final StoredRecords records;
    private final @Nullable VirtualTime time;
    private final ClusterDriver driver;
    private final List<NodeSlot> slots = new ArrayList<>();

    private TestCluster(Builder builder) {
        this.builder = builder;
        this.store = builder.store;
        this.backend = new InMemoryBackend(store);
        this.records = new StoredRecords(backend);
        this.time = builder.virtualTime ? new VirtualTime(PATIENCE) : null;
        this.driver = new ClusterDriver(time);
        for (int i = 0; i < builder.nodes; i++) {
            slots.add(new NodeSlot("node-" + i, List.copyOf(builder.types)));
        }
    }

    /** A new builder: three nodes, no types. */
    public static Builder builder() {
        return new Builder();
    }

    /** The number of nodes, stopped ones included. */
    public int size() {
        return slots.size();
    }

    /**
     * The entry point of a node.
     *
     * @throws IllegalStateException when the node does not run
     */
    public synchronized DurableServers servers(int node) {
        return slot(node).runtime();
    }

    /** A backend on the store that all nodes share; it outlives them. */
    public Backend backend() {
        return backend;
    }

    /** The store that all nodes share. */
    public InMemoryStore store() {
        return store;
    }

    /** Whether a node runs. */
    public synchronized boolean isRunning(int node) {
        return slot(node).isRunning();
    }

    /** The node that serves a key now; empty when none does. */
    public synchronized OptionalInt whereIs(ServerRef ref) {
        Optional<Session> session = slots.stream()
                .filter(NodeSlot::isRunning)
                .findFirst()
                .flatMap(slot -> slot.runtime().admin().lookup(ref.key()))
                .map(ServerLocation::session);
        for (int i = 0; i < slots.size(); i++) {
            NodeSlot slot = slots.get(i);
            if (slot.isRunning() && session.equals(Optional.of(slot.runtime().session()))) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * Ends the node that serves a key as {@link #crash} does.
     *
     * @return the node
     * @throws IllegalStateException when no node serves it
     */
    public synchronized int crashOwnerOf(ServerRef ref) {
        int owner = whereIs(ref).orElseThrow(() -> new IllegalStateException("No node serves " + ref.key()));
        crash(owner);
        return owner;
    }

    /**
     * The state of a key as it is stored, dumped and encoded; empty when there is no record.
     *
     * @throws IllegalStateException when the codec of its type is not JSON
     */
    public Optional<String> storedJson(String key) {
        return records.json(key);
    }

    /**
     * Waits until everything that a server has done so far is stored, for a policy that stores behind the turns. Does not
     * make it store anything: with virtual time, {@link #advance} first.
     *
     * @throws IllegalStateException when it is not stored within 20 s, or at once with virtual time
     */
    public void awaitStored(ServerRef ref) {
        driver.await("everything of " + ref.key() + " is stored", () -> {
            OptionalInt owner = whereIs(ref);
            return owner.isEmpty()
                    || driver.get(slot(owner.getAsInt()).runtime().isStored(ref.key()));
        });
    }

    /**
     * Lets time pass on all nodes: timers, deadlines, idle timeouts, leases and background syncs that become due run, in
     * their order, each at its time. Before each of them, and before it returns, it waits until the nodes are quiet: no turn,
     * no start, no delivery and no write of the cluster is under way, and what user code chained on its stages has run. Work
     * that tasks of other threads do, such as an HTTP client's or those of a store of your own, is not seen. A handler
     * that waits for something to come later than now holds time up: after 20 s {@code advance} fails with its stack.
     *
     * @throws IllegalStateException when time is not virtual, or the nodes do not come to rest
     */
    public void advance(Duration by) {
        virtual().advance(by);
    }

    /**
     * Lets time pass on all nodes, as {@link #advance} does, until the next timer has run, and at most so long. For those who
     * wait for something that the nodes do.
     *
     * @return how long
     * @throws IllegalStateException as {@link #advance}
     */
    public Duration advanceToNext(Duration most) {
        return virtual().advanceToNext(most);
    }

    /** Whether time stands still but for {@link #advance}. */
    public boolean hasVirtualTime() {
        return time != null;
    }

    private VirtualTime virtual() {
        if (time == null) {
            throw new IllegalStateException("This cluster runs in real time: see virtualTime of its builder");
        }
        return time;
    }

    /** Ends a node as {@code kill -9} does: nothing is stored, it says nothing. Returns when the others have noticed. */
    public synchronized void crash(int node) {
        NodeSlot slot = slot(node);
        DurableNode runtime = slot.runtime();
        LocalNode dead = slot.end();
        dead.die();
        network.leave(dead, new Event.Failed(dead.session()));
        // Nothing of it gets out any more; this ends its timers, and fails the calls that wait on it.
        runtime.fence();
        dead.close();
        network.settle();
    }

    /**
     * Stops a node in good order: its servers are stored. Returns when the others have noticed, with what could not be
     * stored.
     */
    public synchronized DrainReport stop(int node) {
        NodeSlot slot = slot(node);
        DurableNode runtime = slot.runtime();
        LocalNode left = slot.end();
        try {
            driver.run(runtime::drain);
            return runtime.drain(); // the same report again
        } finally {
            network.leave(left, new Event.Left(left.session()));
            left.close();
            network.settle();
        }
    }

    /** Starts a node again, as a new session; stops it first when it runs. Returns when it takes requests. */
    public synchronized void restart(int node) {
        if (slot(node).isRunning()) {
            stop(node);
        }
        driver.awaitReady(boot(slot(node)));
    }

    /**
     * As {@link #restart(int)}, with other versions of types: each replaces the one of its name, there and whenever this
     * node starts again. Nodes with other versions go on beside it, as in a rolling deployment.
     */
    public synchronized void restart(int node, ServerType<?>... types) {
        slot(node).replace(types);
        restart(node);
    }

    /** Stops all nodes that run. */
    @Override
    public synchronized void close() {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).isRunning()) {
                stop(i);
            }
        }
        backend.close();
    }

    private NodeSlot slot(int node) {
        if (node < 0 || node >= slots.size()) {
            throw ConfigurationException.option("node", node, "0 to " + (slots.size() - 1));
        }
        return slots.get(node);
    }

    private void start() {
        builder.seeds.forEach(seed -> seed.accept(records));
        List<DurableNode> runtimes = slots.stream().map(this::boot).toList();
        runtimes.forEach(driver::awaitReady);
    }

    private DurableNode boot(NodeSlot slot) {
        return slot.boot(network, time, node -> builder.config(slot, node, store));
    }

    /** Builds a {@link TestCluster}. */
    public static final class Builder {
        private final List<ServerType<?>> types = new ArrayList<>();
        private final Map<Class<?>, Object> services = new LinkedHashMap<>();
        private final List<Consumer<DurableServersConfig.Builder>> configuration = new ArrayList<>();
        private final List<Consumer<StoredRecords>> seeds = new ArrayList<>();
        private InMemoryStore store = new InMemoryStore();
        private int nodes = 3;
        private boolean virtualTime;
        private boolean encodeLocally = true;

        private Builder() {}

        /** The number of nodes, 1 to 32; 3 unless set. */
        public Builder nodes(int value) {
            if (value < 1 || value > 32) {
                throw ConfigurationException.option("nodes", value, "1 to 32");
            }
            nodes = value;
            return this;
        }

        /** The types every node knows. */
        public Builder types(ServerType<?>... values) {
            types.addAll(List.of(values));
            return this;
        }

        /** The types in the static fields of these classes. */
        public Builder servers(Class<?>... classes) {
            for (Class<?> server : classes) {
                types.addAll(ServerClasses.types(server));
            }
            return this;
        }

        /** A service of every node, such as a fake of what production uses. */
        public <T> Builder service(Class<T> type, T value) {
            services.put(type, type.cast(value));
            return this;
        }

        /** The limits of every node. */
        public Builder limits(Limits value) {
            return configure(config -> config.limits(value));
        }

        /** The timeouts of every node. */
        public Builder timeouts(Timeouts value) {
            return configure(config -> config.timeouts(value));
        }

        /**
         * The store; an own, empty one unless set. Several clusters may share one, one after the other: what one left
         * is there for the next.
         */
        public Builder store(InMemoryStore value) {
            store = value;
            return this;
        }

        /**
         * A record that is there before the nodes start, as if a server had been stopped in good order.
         *
         * @param type the type whose name it carries; its version does not matter
         * @param version the schema version of the state, for {@code load}
         * @param json the state as that version dumped it
         */
        public Builder seed(ServerType<?> type, String key, int version, String json) {
            seeds.add(records -> records.put(type, key, version, json));
            return this;
        }

        /** Lets time stand still but for {@link TestCluster#advance}; real time unless set. */
        public Builder virtualTime() {
            virtualTime = true;
            return this;
        }

        /**
         * Whether messages and replies between servers of one node, and the state after each turn, are encoded and decoded
         * too; on unless set. Messages to oneself ({@code send}, continuations) never are, as in production.
         */
        public Builder encodeLocally(boolean value) {
            encodeLocally = value;
            return this;
        }

        /** Changes the configuration of every node that starts. */
        public Builder configure(Consumer<DurableServersConfig.Builder> change) {
            configuration.add(change);
            return this;
        }

        /** Starts the nodes; returns when all take requests. */
        public TestCluster start() {
            TestCluster cluster = new TestCluster(this);
            try {
                cluster.start();
                return cluster;
            } catch (RuntimeException failure) {
                cluster.close();
                throw failure;
            }
        }

        Optional<Object> service(Class<?> type) {
            return Optional.ofNullable(services.get(type));
        }

        private NodeConfig config(NodeSlot slot, LocalNode node, InMemoryStore shared) {
            return NodeConfig.of(slot.types(), services, configuration, node, shared, encodeLocally, virtualTime);
        }
    }
}

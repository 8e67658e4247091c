package io.durableserver.testkit;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.DurableServersConfig;
import io.durableserver.LeaseConfig;
import io.durableserver.ServerType;
import io.durableserver.runtime.node.DurableNode;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real runtimes in this JVM, with an in-memory network and store: for tests of applications. Nodes are
 * numbered from 0. Thread-safe; close it after the test.
 */
public final class TestCluster implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(20);

    private final Builder builder;
    private final LocalNetwork network = new LocalNetwork();
    private final InMemoryStore store = new InMemoryStore();
    private final InMemoryBackend backend = new InMemoryBackend(store);
    private final List<Slot> slots = new ArrayList<>();

    /** A node number, and the process that has it now. */
    private static final class Slot {
        final String name;

        @Nullable
        LocalNode node;

        @Nullable
        DurableNode runtime;

        Slot(String name) {
            this.name = name;
        }
    }

    private TestCluster(Builder builder) {
        this.builder = builder;
        for (int i = 0; i < builder.nodes; i++) {
            slots.add(new Slot("node-" + i));
        }
    }

    /** A new builder: one node, no types. */
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
        return runtime(slot(node));
    }

    /** A backend on the store that all nodes share; it outlives them. */
    public Backend backend() {
        return backend;
    }

    /** Whether a node runs. */
    public synchronized boolean isRunning(int node) {
        return slot(node).runtime != null;
    }

    /** Ends a node as {@code kill -9} does: nothing is stored, it says nothing. Returns when the others have noticed. */
    public synchronized void crash(int node) {
        Slot slot = slot(node);
        DurableNode runtime = runtime(slot);
        LocalNode dead = end(slot);
        dead.die();
        network.leave(dead, new Event.Failed(dead.session()));
        // Nothing of it gets out any more; this ends its timers, and fails the calls that wait on it.
        runtime.fence();
        dead.close();
        network.settle();
    }

    /** Stops a node in good order: its servers are stored. Returns when the others have noticed. */
    public synchronized void stop(int node) {
        Slot slot = slot(node);
        DurableNode runtime = runtime(slot);
        LocalNode left = end(slot);
        runtime.close();
        network.leave(left, new Event.Left(left.session()));
        left.close();
        network.settle();
    }

    /** Starts a node again, as a new session; stops it first when it runs. Returns when it takes requests. */
    public synchronized void restart(int node) {
        if (slot(node).runtime != null) {
            stop(node);
        }
        boot(slot(node)).awaitReady(READY);
    }

    /** Stops all nodes that run. */
    @Override
    public synchronized void close() {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).runtime != null) {
                stop(i);
            }
        }
        backend.close();
    }

    private Slot slot(int node) {
        if (node < 0 || node >= slots.size()) {
            throw ConfigurationException.option("node", node, "0 to " + (slots.size() - 1));
        }
        return slots.get(node);
    }

    private static DurableNode runtime(Slot slot) {
        if (slot.runtime == null) {
            throw new IllegalStateException(slot.name + " does not run");
        }
        return slot.runtime;
    }

    private static LocalNode end(Slot slot) {
        LocalNode node = slot.node;
        if (node == null) {
            throw new IllegalStateException(slot.name + " does not run");
        }
        slot.node = null;
        slot.runtime = null;
        return node;
    }

    private void start() {
        List<DurableNode> runtimes = slots.stream().map(this::boot).toList();
        runtimes.forEach(runtime -> runtime.awaitReady(READY));
    }

    private DurableNode boot(Slot slot) {
        LocalNode node =
                new LocalNode(network, new Session(slot.name, UUID.randomUUID().toString()));
        network.join(node);
        DurableServersConfig.Builder config = DurableServersConfig.builder()
                .prefix("test/")
                .types(builder.types)
                .backend(context -> new MortalBackend(new InMemoryBackend(store), node))
                .lease(new LeaseConfig(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(400)));
        builder.configuration.forEach(change -> change.accept(config));
        config.verifyEncoding(true);
        DurableNode runtime = DurableNode.start(config.build(), node.cluster(), wanted -> Optional.empty());
        network.announce(node);
        slot.node = node;
        slot.runtime = runtime;
        return runtime;
    }

    /** Builds a {@link TestCluster}. */
    public static final class Builder {
        private final List<ServerType<?>> types = new ArrayList<>();
        private final List<Consumer<DurableServersConfig.Builder>> configuration = new ArrayList<>();
        private int nodes = 1;

        private Builder() {}

        /** The number of nodes, 1 to 32. */
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

        /** Changes the configuration of every node that starts, such as its services, limits or timeouts. */
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
    }
}

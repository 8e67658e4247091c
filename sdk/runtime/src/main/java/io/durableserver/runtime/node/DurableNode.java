package io.durableserver.runtime.node;

import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.admin.Admin;
import io.durableserver.admin.DrainReport;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.call.KeyedRef;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HostFacts;
import io.durableserver.runtime.lifecycle.NodeWatcher;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.split.Surroundings;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** The runtime of one node for one prefix: holds its rooms, and is the entry point of the node. */
public final class DurableNode implements DurableServers, AutoCloseable {
    private final Rooms rooms;

    private DurableNode(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * Starts a node. Returns at once; the node takes requests when its store answers and its lease is held, see
     * {@link #awaitReady}. What it throws it has told the others as well.
     *
     * @param resources objects of the hosting platform, offered to the backend
     */
    public static DurableNode start(
            DurableServersConfig config, Cluster cluster, Function<Class<?>, Optional<?>> resources) {
        return start(config, cluster, resources, TestMode.NONE, new HostFacts(cluster.time()));
    }

    /** As {@link #start(DurableServersConfig, Cluster, Function)}, in any mode; the listeners hear of the host too. */
    public static DurableNode start(
            DurableServersConfig config,
            Cluster cluster,
            Function<Class<?>, Optional<?>> resources,
            TestMode testMode,
            HostFacts host) {
        Readiness readiness = new Readiness(cluster.membership(), cluster.states());
        readiness.say(NodeState.STARTING);
        Facts facts = Facts.of(config, cluster, host);
        try {
            DurableNode node = new DurableNode(NodeAssembly.of(config, cluster, facts, readiness, resources, testMode));
            node.rooms.open(node);
            return node;
        } catch (RuntimeException | Error failure) {
            readiness.say(NodeState.broken(failure));
            facts.close();
            throw failure;
        }
    }

    /** Whether all that a server has done here is stored. For testkits. */
    public CompletionStage<Boolean> isStored(String key) {
        return rooms.activations().isStored(key);
    }

    @Override
    public <S> ServerRef start(ServerType<S> type, String key, S initial, StartOptions options) {
        return rooms.waits()
                .act(
                        "start",
                        key,
                        rooms.operations().startTimeout(options),
                        () -> rooms.operations().started(type, key, initial, options, false));
    }

    @Override
    public <S> CompletionStage<ServerRef> startAsync(ServerType<S> type, String key, S initial, StartOptions options) {
        return handed(() -> rooms.operations().started(type, key, initial, options, false));
    }

    @Override
    public <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial, StartOptions options) {
        return rooms.waits()
                .act(
                        "ensureStarted",
                        key,
                        rooms.operations().startTimeout(options),
                        () -> rooms.operations().started(type, key, initial, options, true));
    }

    @Override
    public <S> CompletionStage<ServerRef> ensureStartedAsync(
            ServerType<S> type, String key, S initial, StartOptions options) {
        return handed(() -> rooms.operations().started(type, key, initial, options, true));
    }

    @Override
    public ServerRef ref(ServerType<?> type, String key) {
        StoreKeys.check(key);
        return new KeyedRef(this, rooms.calls(), rooms.types().get(type), key);
    }

    private <T> CompletionStage<T> handed(Supplier<CompletionStage<T>> request) {
        return Handed.toApplication(rooms.scope().scheduler(), request);
    }

    @Override
    public Admin admin() {
        return rooms.admin();
    }

    /** How many servers run here. */
    public int localCount() {
        return rooms.activations().count();
    }

    @Override
    public boolean isReady() {
        return rooms.life().isReady();
    }

    @Override
    public void awaitReady(Duration timeout) {
        Blocking.outsideTurns("awaitReady");
        rooms.life().awaitReady(timeout);
    }

    @Override
    public CompletionStage<Void> awaitReadyAsync(Duration timeout) {
        return handed(() -> {
            Blocking.outsideTurns("awaitReadyAsync");
            return rooms.life().awaitReadyAsync(timeout);
        });
    }

    /** Stops all servers in good order and leaves; completes when nothing is served here any more. */
    public CompletionStage<DrainReport> drainAsync() {
        return rooms.life().drain();
    }

    /** Stops serving at once and for good, without storing: this node was cut off from the cluster. */
    public void fence() {
        rooms.life().fence();
    }

    /** Looks after the cluster from now on: whether it was split, and which side steps down. */
    public void watchSplits(Surroundings around) {
        rooms.watches().forSplits(around, rooms.life()::isReady);
    }

    /** Tells the host of this node how it stands: the present first, on this thread, and then each change. */
    public void watchedBy(NodeWatcher watcher) {
        rooms.life().watchedBy(watcher);
    }

    /**
     * Stops all servers of this node after storing their final states, then leaves: as {@link #close}, but what could not
     * be stored is returned. Blocks, at most for {@link io.durableserver.config.Timeouts#drain} and the time of a lease. Draining again
     * gives the same report.
     *
     * @throws OutcomeUnknownException when it did not end in time or the thread was interrupted; the node serves no more
     */
    public DrainReport drain() {
        Blocking.outsideTurns("drain");
        return rooms.closing().awaitDrained();
    }

    /**
     * Stops all servers of this node after storing their final states, then leaves. Closing again does nothing.
     *
     * @throws NotAppliedException {@code NOT_STORED} when some servers ended without storing their last state; it names
     *     their keys, and {@link #drain} says more. The node is closed all the same.
     * @throws OutcomeUnknownException as {@link #drain}
     */
    @Override
    public void close() {
        Blocking.outsideTurns("close");
        rooms.closing().close();
    }

    NodeScope scope() {
        return rooms.scope();
    }

    @Override
    public Session session() {
        return rooms.scope().session();
    }
}

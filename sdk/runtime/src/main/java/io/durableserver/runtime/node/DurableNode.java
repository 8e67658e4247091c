package io.durableserver.runtime.node;

import io.durableserver.Codec;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.admin.Admin;
import io.durableserver.admin.DrainReport;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.call.Calls;
import io.durableserver.runtime.call.Inbound;
import io.durableserver.runtime.call.KeyedRef;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HostFacts;
import io.durableserver.runtime.lifecycle.Closing;
import io.durableserver.runtime.lifecycle.Infos;
import io.durableserver.runtime.lifecycle.NodeLife;
import io.durableserver.runtime.lifecycle.NodeWatcher;
import io.durableserver.runtime.lifecycle.Operations;
import io.durableserver.runtime.lifecycle.Requests;
import io.durableserver.runtime.lifecycle.Starts;
import io.durableserver.runtime.lifecycle.Terminations;
import io.durableserver.runtime.lifecycle.Vacancy;
import io.durableserver.runtime.lifecycle.Waits;
import io.durableserver.runtime.lifecycle.Watches;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.ownership.LeaseClock;
import io.durableserver.runtime.ownership.OwnerCheck;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.routing.Arbiter;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.routing.RecordedOwner;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.split.Surroundings;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.Gated;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.verify.VerifiedCodec;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The runtime of one node for one prefix: makes the rooms, joins them, and is the entry point of the node. The only
 * place that makes a room.
 */
public final class DurableNode implements DurableServers, NodeScope, AutoCloseable {
    private final DurableServersConfig config;
    private final TestMode testMode;
    private final Cluster cluster;
    private final Facts facts;
    private final StoreKeys keys;
    private final Store store;
    private final LeaseClock leaseClock;
    private final Directory directory;
    private final BackgroundSync background;
    private final TypeRegistry types;
    private final Activations activations;
    private final Calls calls;
    private final Starts starts;
    private final NodeLife life;
    private final Closing closing;
    private final NodeAdmin admin;
    final Waits waits;
    private final Watches watches;
    final Operations operations;

    private DurableNode(
            DurableServersConfig config,
            Cluster cluster,
            Facts facts,
            Readiness readiness,
            Function<Class<?>, Optional<?>> resources,
            TestMode testMode) {
        this.config = config;
        this.testMode = testMode;
        this.cluster = cluster;
        this.waits = new Waits(cluster.scheduler());
        this.facts = facts;
        this.keys = new StoreKeys(config.prefix());
        Codec plain = config.messageCodec().orElse(CborCodec.INSTANCE);
        Codec messages = config.verifyEncoding() ? new VerifiedCodec(plain) : plain;
        this.types = TypeRegistry.of(config, plain);
        Backend backend = config.backend().open(new OpenContext(config.prefix(), cluster, resources, facts));
        this.store = Store.of(backend, cluster.scheduler(), config.timeouts(), facts);
        this.leaseClock = new LeaseClock(config.lease());
        this.directory = new Directory(cluster.map(Directory.MAP), cluster.scheduler());
        this.background = new BackgroundSync(cluster.scheduler(), cluster.time(), facts);
        Membership membership = cluster.membership();
        OwnerCheck owners =
                new OwnerCheck(store, keys, membership, config.lease(), cluster.scheduler(), cluster.time(), facts);
        Requests requests = new Requests();
        ControlPlane control = new ControlPlane(cluster.transport(), membership.self(), requests);
        Acquisition.OwnerQuery query =
                Requests.ownerQuery(control, config.timeouts().read());
        Acquisition acquisition =
                new Acquisition(store, keys, directory, membership, owners, query, cluster.time(), facts);
        this.activations = new Activations(this, types, acquisition);
        Arbiter arbiter = new Arbiter(directory, membership, readiness, control, cluster.scheduler(), cluster.time());
        Routing routing = new Routing(
                directory,
                new RecordedOwner(
                        store, keys, cluster, control, config.timeouts().read()),
                membership,
                readiness,
                control,
                cluster.scheduler(),
                cluster.time(),
                config.limits().locations());
        Infos infos = new Infos(store, keys, cluster.time(), config.timeouts().read());
        Terminations terminations = new Terminations(activations, routing, control, infos, acquisition, cluster);
        this.calls = new Calls(
                activations,
                routing,
                membership,
                cluster.transport(),
                cluster.scheduler(),
                cluster.time(),
                messages,
                config.limits(),
                config.timeouts().call(),
                config.prefix(),
                testMode,
                facts);
        this.starts =
                new Starts(types, routing, cluster.time(), config.timeouts().start(), this::ref);
        Interrupts interrupts =
                new Interrupts(activations, routing, control, config.timeouts().read());
        this.admin = NodeAdmin.of(
                this,
                types,
                new Vacancy(this, activations, routing, owners, query),
                interrupts,
                new Listing(backend, keys, config.timeouts().read()));
        this.watches = new Watches(this, activations);
        this.life = new NodeLife(this, watches, backend, activations, calls.pending(), readiness);
        this.closing = new Closing(this, life);
        this.operations = new Operations(routing, life, starts, terminations, infos, config.timeouts());
        Gauges gauges = new Gauges(this, types.names(), activations, calls.pending());
        facts.open(gauges, gauges::release);
        requests.serve(activations, arbiter, life, cluster.time());
        Inbound inbound = new Inbound(
                activations,
                types,
                calls.pending(),
                cluster.transport(),
                messages,
                cluster.time(),
                config.limits().messageBytes(),
                facts);
        cluster.transport().onMessage(inbound::receive);
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
            DurableNode node = new DurableNode(config, cluster, facts, readiness, resources, testMode);
            node.life.start();
            node.watches.start();
            return node;
        } catch (RuntimeException | Error failure) {
            readiness.say(NodeState.broken(failure));
            facts.close();
            throw failure;
        }
    }

    /** Whether all that a server has done here is stored. For testkits. */
    public CompletionStage<Boolean> isStored(String key) {
        return activations.isStored(key);
    }

    // As the entry point.

    @Override
    public <S> ServerRef start(ServerType<S> type, String key, S initial, StartOptions options) {
        return waits.act(
                "start", key, starts.timeout(options), () -> operations.started(type, key, initial, options, false));
    }

    @Override
    public <S> CompletionStage<ServerRef> startAsync(ServerType<S> type, String key, S initial, StartOptions options) {
        return forApplication(() -> operations.started(type, key, initial, options, false));
    }

    @Override
    public <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial, StartOptions options) {
        return waits.act(
                "ensureStarted",
                key,
                starts.timeout(options),
                () -> operations.started(type, key, initial, options, true));
    }

    @Override
    public <S> CompletionStage<ServerRef> ensureStartedAsync(
            ServerType<S> type, String key, S initial, StartOptions options) {
        return forApplication(() -> operations.started(type, key, initial, options, true));
    }

    @Override
    public ServerRef ref(ServerType<?> type, String key) {
        StoreKeys.check(key);
        return new KeyedRef(this, calls, types.get(type), key);
    }

    @Override
    public ServerRef ref(String type, String key) {
        StoreKeys.check(key);
        return new KeyedRef(this, calls, types.get(type), key);
    }

    @Override
    public Admin admin() {
        return admin;
    }

    /** A request of an operator, once the node serves. */
    <T> CompletionStage<T> whenServing(Supplier<CompletionStage<T>> request) {
        return Gated.send(() -> life.whenReady(request));
    }

    /** How many servers run here. */
    public int localCount() {
        return activations.count();
    }

    @Override
    public boolean isReady() {
        return life.isReady();
    }

    @Override
    public void awaitReady(Duration timeout) {
        Blocking.outsideTurns("awaitReady");
        life.awaitReady(timeout);
    }

    /** Stops all servers in good order and leaves; completes when nothing is served here any more. */
    public CompletionStage<DrainReport> drainAsync() {
        return life.drain();
    }

    /** Stops serving at once and for good, without storing: this node was cut off from the cluster. */
    public void fence() {
        life.fence();
    }

    /** Looks after the cluster from now on: whether it was split, and which side steps down. */
    public void watchSplits(Surroundings around) {
        watches.forSplits(around, life::isReady);
    }

    /** Tells whoever runs this node how it stands: the present first, on this thread, and then each change. */
    public void watchedBy(NodeWatcher watcher) {
        life.watchedBy(watcher);
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
        return closing.awaitDrained();
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
        closing.close();
    }

    /** As applications get it: what they chain on it runs on threads that are theirs, and what is refused at once fails it. */
    <T> CompletionStage<T> forApplication(Supplier<CompletionStage<T>> request) {
        return Handed.toApplication(scheduler(), request);
    }

    // As the scope of its activations.

    @Override
    public DurableServersConfig config() {
        return config;
    }

    @Override
    public TestMode testMode() {
        return testMode;
    }

    @Override
    public Session session() {
        return cluster.membership().self();
    }

    @Override
    public Scheduler scheduler() {
        return cluster.scheduler();
    }

    @Override
    public TimeSource time() {
        return cluster.time();
    }

    @Override
    public LeaseClock lease() {
        return leaseClock;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public StoreKeys keys() {
        return keys;
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public BackgroundSync background() {
        return background;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public DurableServers servers() {
        return this;
    }

    @Override
    public Membership membership() {
        return cluster.membership();
    }
}

package io.durableserver.ignite.life;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.WhenCutOff;
import io.durableserver.ignite.around.Memory;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.disk.DiskTrouble;
import io.durableserver.ignite.disk.StateFile;
import io.durableserver.ignite.disk.WorkDirectory;
import io.durableserver.ignite.host.HostedPrefix;
import io.durableserver.ignite.host.HostedPrefixes;
import io.durableserver.ignite.host.NodeHost;
import io.durableserver.ignite.launch.RuntimeLauncher;
import io.durableserver.ignite.life.LifeSteps.Ending;
import io.durableserver.ignite.life.LifeSteps.Event;
import io.durableserver.ignite.life.LifeSteps.Leaving;
import io.durableserver.ignite.split.KeptSideSearch;
import io.durableserver.ignite.split.SideLoss;
import io.durableserver.ignite.split.Standing;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.ignite.start.FirstActivation;
import io.durableserver.ignite.start.IgniteHook;
import io.durableserver.ignite.start.NodeFailure;
import io.durableserver.ignite.start.StartErrors;
import io.durableserver.ignite.state.StateBoard;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lifecycle.LifecycleBean;
import org.apache.ignite.lifecycle.LifecycleEventType;
import org.apache.ignite.plugin.PluginProvider;
import org.jspecify.annotations.Nullable;

/** The place of an embedded node's Ignite: the first one, and those that follow it. */
public final class IgniteSeat implements Seat {
    /** The status of a process that ends because its node was lost. */
    public static final int EXIT_STATUS = 75;

    /** How long Ignite may take to stop by itself, before it is told to. */
    private static final long STOPS_SECONDS = 10;

    private static final long PATIENCE_SECONDS = 90;
    /** The file with the ids of the clusters the node was in; the nodes of one directory need not be of one cluster. */
    private static final String CLUSTERS = "durable-clusters-";

    private static final Duration LEAST_COMPANY = Duration.ofSeconds(5);
    private static final Duration MOST_COMPANY = Duration.ofSeconds(30);

    /** What the failure handler of an Ignite node was told first. */
    private record Heard(Optional<DiskTrouble> disk, String why) {}

    /** An Ignite node that has joined. */
    private record Taken(Ignite ignite, NodeHost host, CountDownLatch gone) {}

    private final EmbeddedNode settings;
    private final NodeHost first;
    private final Function<NodeHost, PluginProvider<?>> door;
    private final Life life;
    private final Runnable beforeExit;
    private final Memory memory;
    private volatile @Nullable Taken taken;
    private volatile @Nullable StrandedWatch stranded;
    private volatile @Nullable FirstActivation activation;
    private final WhereToJoin where;

    /**
     * An empty one.
     *
     * @param door makes the plugin by which Ignite comes to a host
     * @param beforeExit what must not run when the process exits
     */
    public IgniteSeat(
            EmbeddedNode settings,
            RuntimeLauncher launcher,
            Function<NodeHost, PluginProvider<?>> door,
            Runnable beforeExit) {
        this.settings = settings;
        this.first = new NodeHost(launcher);
        first.setServers(settings.servers());
        first.setDirectoryBackups(settings.backups());
        this.door = door;
        this.beforeExit = beforeExit;
        this.memory = new Memory(new StateFile(settings, CLUSTERS), launcher::tell);
        this.where = new WhereToJoin(
                settings,
                this::open,
                kept -> KeptSideSearch.find(settings, kept, this::passive, launcher::tell),
                launcher::tell);
        TimeSource time = launcher.time();
        LifeSteps steps = new LifeSteps(settings.whenCutOff(), company(settings), time.nanoTime());
        this.life = new Life(settings.name(), this, steps, time, launcher::tell);
    }

    /** Others are looked for some time, within bounds: a node that was cut off is not the first to be heard again. */
    private static Duration company(EmbeddedNode settings) {
        Duration time = settings.failureDetection().multipliedBy(3);
        return time.compareTo(LEAST_COMPANY) < 0
                ? LEAST_COMPANY
                : time.compareTo(MOST_COMPANY) > 0 ? MOST_COMPANY : time;
    }

    /** The first node has joined: from now on its losses are answered. */
    public void start() {
        life.start();
    }

    /** Completes when no other node will come. */
    public CompletionStage<?> over() {
        return life.over();
    }

    /** Stores what runs here, leaves the cluster, and returns when all is over. */
    public void close() {
        life.close();
        life.over().join();
    }

    public Ignite ignite() {
        return Objects.requireNonNull(taken).ignite();
    }

    /** What the node of the moment hosts. */
    public HostedPrefixes hosted() {
        return Objects.requireNonNull(taken).host().hosted();
    }

    /** How the node of the moment stands. */
    public StateBoard board() {
        return first.board();
    }

    /** Refuses, inside a turn, a method that waits for turns. */
    public void outsideTurns(String method) {
        first.launcher().outsideTurns(method);
    }

    private PluginProvider<?> passive() {
        NodeHost none = new NodeHost(first.launcher());
        none.setServers(List.of());
        return door.apply(none);
    }

    @Override
    public void join(boolean alone) {
        where.join(alone);
    }

    /** Gives up the side of a split that these nodes are. Blocks. */
    public void giveUpSide(Set<String> names) {
        Taken now = Objects.requireNonNull(taken);
        Standing standing = now.host()
                .standing()
                .orElseThrow(() -> ConfigurationException.option("servers", List.of(), "at least one prefix"));
        new SideLoss(settings, now.ignite(), standing, this::passive, this::tell)
                .giveUp(names, first.board().serves());
    }

    /**
     * Starts the first Ignite node; or says why it cannot.
     *
     * @param ending ends a wait for the side of a split that was kept
     */
    public void open(CountDownLatch ending) {
        where.first(ending);
    }

    /** As {@link WhereToJoin.Opener}. */
    void open(List<String> addresses, long joinMillis, Consumer<List<String>> joined) {
        life.attempt();
        DiskTrouble.full(settings).ifPresent(this::troubled);
        List<String> others = WorkDirectory.check(settings, WorkDirectory.PATIENCE);
        if (!others.isEmpty()) {
            tell(new ClusterEvent.WorkDirectoryForeign(
                    settings.name(), settings.workDirectory().toString(), others.toString()));
        }
        int number = life.node();
        CountDownLatch gone = new CountDownLatch(1);
        LifecycleBean end = event -> {
            if (event == LifecycleEventType.AFTER_NODE_STOP) {
                gone.countDown();
                life.happened(number, new Event.Gone());
            }
        };
        NodeHost host = first.successor(new SeatWatch(settings, first.board(), life, where, number), memory);
        AtomicReference<@Nullable Heard> heard = new AtomicReference<>();
        try {
            IgniteConfiguration configuration = EmbeddedConfiguration.of(
                            settings, door.apply(host), addresses, joinMillis)
                    .setFailureHandler(new NodeFailure(
                            settings,
                            (disk, why) -> {
                                heard.compareAndSet(null, new Heard(disk, why));
                                disk.ifPresent(this::troubled);
                                host.broken(why);
                            },
                            this::tell))
                    .setLifecycleBeans(end);
            Ignite ignite = IgniteHook.start(configuration);
            boolean stays = false;
            try {
                joined.accept(Standing.names(ignite));
                taken = new Taken(ignite, host, gone);
                lookAfter(host, number);
                if (settings.persistence() && settings.activateWhen() > 0) {
                    activation = FirstActivation.when(ignite, settings.activateWhen(), this::tell);
                }
                stays = true;
            } finally {
                if (!stays) {
                    // Nothing else stops it: it would serve, and hold the data that the next attempt needs.
                    dismiss();
                }
            }
        } catch (RuntimeException failure) {
            throw explain(failure, heard.get());
        }
    }

    /** What its failure handler heard says more than that the node was stopped meanwhile. */
    private RuntimeException explain(RuntimeException failure, @Nullable Heard heard) {
        Optional<DiskTrouble> disk =
                DiskTrouble.of(failure, settings).or(() -> heard == null ? Optional.empty() : heard.disk());
        if (heard == null || heard.disk().isEmpty()) {
            disk.ifPresent(this::troubled);
        }
        if (disk.isPresent()) {
            return StartErrors.disk(settings, disk.get(), failure);
        }
        return heard == null
                ? StartErrors.explain(settings, failure)
                : new IgniteException("The node cannot start. " + heard.why(), failure);
    }

    private void tell(RuntimeEvent event) {
        first.launcher().tell(event);
    }

    private void troubled(DiskTrouble disk) {
        first.board().trouble(disk.trouble());
        tell(new ClusterEvent.DiskTroubled(settings.name(), disk.trouble().name(), disk.text()));
    }

    private void dismiss() {
        endWatches();
        // A join that is ended by an interrupt is to be gone all the more.
        boolean interrupted = Thread.interrupted();
        Ignition.stop(settings.name(), true);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins to look whether the node never serves here, and could elsewhere: then it does not stay. */
    private void lookAfter(NodeHost host, int number) {
        Iterator<HostedPrefix> prefixes = host.hosted().iterator();
        if (!prefixes.hasNext()) {
            return;
        }
        Duration longest = settings.servers().stream()
                .map(config -> config.lease().time())
                .max(Duration::compareTo)
                .orElseThrow();
        stranded = new StrandedWatch(
                settings.name(),
                this::tell,
                host.outskirts().orElseThrow(),
                EmbeddedConfiguration.addresses(settings),
                () -> first.board().serves(),
                new SeatWatch(settings, first.board(), life, where, number),
                prefixes.next().scheduler(),
                first.launcher().time(),
                longest);
    }

    @Override
    public Ending leave(Leaving how) {
        where.leaving();
        endWatches();
        if (how == Leaving.BY_ITSELF) {
            awaitGone();
        }
        ExecutorService thread = Daemons.pool("durable-stop-" + settings.name(), 1);
        Future<?> stop = thread.submit(() -> Ignition.stop(settings.name(), how != Leaving.IN_ORDER));
        thread.shutdown();
        while (!isDone(stop)) {
            tell(new ClusterEvent.StopHangs(settings.name(), "its Ignite node"));
            if (settings.whenCutOff() == WhenCutOff.EXIT) {
                break;
            }
        }
        IgniteState state = Ignition.state(settings.name());
        return state == IgniteState.STOPPED_ON_SEGMENTATION
                ? Ending.CUT_OFF
                : state == IgniteState.STOPPED_ON_FAILURE ? Ending.BROKEN : Ending.ASKED;
    }

    private void endWatches() {
        StrandedWatch watch = stranded;
        if (watch != null) {
            watch.close();
        }
        FirstActivation waiting = activation;
        if (waiting != null) {
            waiting.close();
        }
    }

    private void awaitGone() {
        try {
            var unused = Objects.requireNonNull(taken).gone().await(STOPS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // A life that leaves is not interrupted; and if so, it leaves.
            Thread.currentThread().interrupt();
        }
    }

    private boolean isDone(Future<?> stop) {
        try {
            stop.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            tell(new NodeEvent.Defect("an Ignite node failed to stop", e));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void told(NodeState.Phase phase, String cause, boolean serves) {
        first.board().away(phase, cause);
        if (!serves) {
            first.away(cause, phase == NodeState.Phase.STOPPED);
        }
    }

    @Override
    public void exit() {
        beforeExit.run();
        System.exit(EXIT_STATUS);
    }
}

package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.LifeSteps.Ending;
import io.durableserver.ignite.LifeSteps.Event;
import io.durableserver.ignite.LifeSteps.Leaving;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lifecycle.LifecycleBean;
import org.apache.ignite.lifecycle.LifecycleEventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of an embedded node's Ignite: the first one, and those that follow it. */
final class IgniteSeat implements Seat {
    private static final Logger LOG = LoggerFactory.getLogger(IgniteSeat.class);
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
    private record Taken(Ignite ignite, DurableServerPlugin plugin, CountDownLatch gone) {}

    private final EmbeddedNode settings;
    private final DurableServerPluginProvider first;
    private final Life life;
    private final Runnable beforeExit;
    private final Memory memory;
    private volatile @Nullable Taken taken;
    private volatile @Nullable StrandedWatch stranded;
    private final WhereToJoin where;

    /**
     * An empty one.
     *
     * @param first the plugin as it is to be on each of its nodes
     * @param beforeExit what must not run when the process exits
     */
    IgniteSeat(EmbeddedNode settings, DurableServerPluginProvider first, Runnable beforeExit) {
        this.settings = settings;
        this.first = first;
        this.beforeExit = beforeExit;
        this.memory = new Memory(new StateFile(settings, CLUSTERS));
        this.where = new WhereToJoin(settings, this::open);
        TimeSource time = first.launcher().time();
        LifeSteps steps = new LifeSteps(settings.whenCutOff(), company(settings), time.nanoTime());
        this.life = new Life(settings.name(), this, steps, time);
    }

    /** Others are looked for some time, within bounds: who was cut off is not the first to be heard again. */
    private static Duration company(EmbeddedNode settings) {
        Duration time = settings.failureDetection().multipliedBy(3);
        return time.compareTo(LEAST_COMPANY) < 0
                ? LEAST_COMPANY
                : time.compareTo(MOST_COMPANY) > 0 ? MOST_COMPANY : time;
    }

    Life life() {
        return life;
    }

    Ignite ignite() {
        return Objects.requireNonNull(taken).ignite();
    }

    DurableServerPlugin plugin() {
        return Objects.requireNonNull(taken).plugin();
    }

    @Override
    public void join(boolean alone) {
        where.join(alone);
    }

    /** As {@link DurableIgnite#giveUpSide}. */
    void giveUpSide(Set<String> names, boolean serves) {
        Taken now = Objects.requireNonNull(taken);
        Standing standing = now.plugin()
                .standing()
                .orElseThrow(() -> ConfigurationException.option("servers", List.of(), "at least one prefix"));
        new SideLoss(settings, now.ignite(), standing).giveUp(names, serves);
    }

    /**
     * Starts the first Ignite node; throws what {@link DurableIgnite#start} does.
     *
     * @param ending ends a wait for the side of a split that was kept
     */
    void open(CountDownLatch ending) {
        where.first(ending);
    }

    /** As {@link WhereToJoin.Opener}. */
    void open(List<String> addresses, long joinMillis, Consumer<List<String>> joined) {
        life.attempt();
        DiskTrouble.full(settings).ifPresent(full -> first.board().trouble(full.trouble()));
        WorkDirectory.check(settings, WorkDirectory.PATIENCE);
        int number = life.node();
        CountDownLatch gone = new CountDownLatch(1);
        LifecycleBean end = event -> {
            if (event == LifecycleEventType.AFTER_NODE_STOP) {
                gone.countDown();
                life.happened(number, new Event.Gone());
            }
        };
        DurableServerPluginProvider provider = first.successor(new Told(number), memory);
        AtomicReference<@Nullable Heard> heard = new AtomicReference<>();
        try {
            IgniteConfiguration configuration = EmbeddedConfiguration.of(settings, provider, addresses, joinMillis)
                    .setFailureHandler(new NodeFailure(settings, (disk, why) -> {
                        heard.compareAndSet(null, new Heard(disk, why));
                        provider.broken(disk, why);
                    }))
                    .setLifecycleBeans(end);
            Ignite ignite = IgniteHook.without(() -> Ignition.start(configuration));
            boolean stays = false;
            try {
                joined.accept(Standing.names(ignite));
                taken = new Taken(ignite, provider.durableServers(), gone);
                lookAfter(provider, number);
                if (settings.persistence() && settings.activateWhen() > 0) {
                    FirstActivation.when(ignite, settings.activateWhen());
                }
                stays = true;
            } finally {
                if (!stays) {
                    // Nobody else would: it would serve, and hold the data that the next attempt needs.
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
        disk.ifPresent(trouble -> first.board().trouble(trouble.trouble()));
        if (heard != null) {
            // Ignite interrupts the thread that starts a node when it stops that node: it was not meant for the
            // application.
            Thread.interrupted();
        }
        if (disk.isPresent()) {
            return StartErrors.disk(settings, disk.get(), failure);
        }
        return heard == null
                ? StartErrors.explain(settings, failure)
                : new IgniteException("The node cannot start. " + heard.why(), failure);
    }

    private void dismiss() {
        StrandedWatch watch = stranded;
        if (watch != null) {
            watch.close();
        }
        // Whoever ends a join by an interrupt wants it gone all the more.
        boolean interrupted = Thread.interrupted();
        Ignition.stop(settings.name(), true);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the node never serves, and could elsewhere, it does not stay. */
    private void lookAfter(DurableServerPluginProvider provider, int number) {
        Outskirts outskirts = provider.outskirts();
        Iterator<HostedPrefix> prefixes = provider.durableServers().hosted().iterator();
        if (outskirts == null || !prefixes.hasNext()) {
            return;
        }
        Duration longest = settings.servers().stream()
                .map(config -> config.lease().time())
                .max(Duration::compareTo)
                .orElseThrow();
        stranded = new StrandedWatch(
                outskirts,
                EmbeddedConfiguration.addresses(settings),
                () -> first.board().serves(),
                new Told(number),
                prefixes.next().scheduler(),
                first.launcher().time(),
                longest);
    }

    @Override
    public Ending leave(Leaving how) {
        where.leaving();
        StrandedWatch watch = stranded;
        if (watch != null) {
            watch.close();
        }
        if (how == Leaving.BY_ITSELF) {
            awaitGone();
        }
        ExecutorService thread = Daemons.pool("durable-stop-" + settings.name(), 1);
        Future<?> stop = thread.submit(() -> Ignition.stop(settings.name(), how != Leaving.IN_ORDER));
        thread.shutdown();
        while (!isDone(stop)) {
            LOG.error("The Ignite node of {} does not end; it is waited for", settings.name());
            if (settings.whenCutOff() == WhenCutOff.EXIT) {
                break;
            }
        }
        IgniteState state = Ignition.state(settings.name());
        return state == IgniteState.STOPPED_ON_SEGMENTATION
                ? Ending.CUT_OFF
                : state == IgniteState.STOPPED_ON_FAILURE ? Ending.BROKEN : Ending.ASKED;
    }

    private void awaitGone() {
        try {
            var unused = Objects.requireNonNull(taken).gone().await(STOPS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts a life that leaves; and if so, it leaves.
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
            LOG.error("Stopping the Ignite node of {} failed", settings.name(), e.getCause());
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
            first.servers().values().forEach(servers -> servers.away(cause, phase == NodeState.Phase.STOPPED));
        }
    }

    @Override
    public void exit() {
        beforeExit.run();
        System.exit(DurableIgnite.EXIT_STATUS);
    }

    /** Told by the plugin of one of its nodes. */
    private final class Told implements NodeWatch {
        private final int number;

        private Told(int number) {
            this.number = number;
        }

        @Override
        public void prefix(String prefix, boolean ready, String cause) {
            if (number == life.node()) {
                first.board().prefix(prefix, ready, cause);
            }
        }

        @Override
        public void lost(String why, boolean stops) {
            life.happened(number, new Event.Lost(why, stops));
        }

        @Override
        public void alarm(String prefix, String text) {
            if (number == life.node()) {
                first.board().alarm(prefix, text);
            }
        }

        @Override
        public boolean moves() {
            return settings.whenCutOff() != WhenCutOff.STAY_DOWN;
        }

        @Override
        public void stepDown(List<String> addresses, String why) {
            if (number == life.node() && moves()) {
                where.goTo(addresses);
                life.happened(number, new Event.StepDown(why));
            }
        }

        @Override
        public Optional<String> staysBecause() {
            return !settings.persistence()
                    ? Optional.of("it has nothing on its disk (persistence is off)")
                    : moves()
                            ? SetAside.cannot(settings)
                            : Optional.of(
                                    "it does not leave by itself (whenCutOff is STAY_DOWN): stop it, move its data"
                                            + " away, and start it again");
        }

        @Override
        public void giveUp(KeptSide kept) {
            if (number != life.node()) {
                throw new IllegalStateException("the node has left already");
            }
            GivenUp.mark(settings, kept);
            life.happened(
                    number, new Event.StepDown("An operator gave up this side of a split, and what was stored there"));
        }

        @Override
        public void stopping() {
            // The end of it is told by Ignite.
        }

        @Override
        public boolean isLast() {
            return false;
        }
    }
}

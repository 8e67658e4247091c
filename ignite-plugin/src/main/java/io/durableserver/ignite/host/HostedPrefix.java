package io.durableserver.ignite.host;

import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.ignite.control.ControlTask;
import io.durableserver.ignite.front.PluginServers;
import io.durableserver.ignite.launch.RuntimeLauncher;
import io.durableserver.ignite.map.IgniteNodeStates;
import io.durableserver.ignite.map.IgniteSharedMap;
import io.durableserver.ignite.map.MapHost;
import io.durableserver.ignite.map.OpenedMaps;
import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.ignite.state.NodeWatch;
import io.durableserver.ignite.transport.IgniteTransport;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.MapConflictException;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * One prefix on one node: the cluster services, which live as long as the node, and the runtime, which lives while the
 * cluster is active. {@link #activate} and {@link #stop} block and are called by one thread at a time.
 */
public final class HostedPrefix {
    private static final long MAX_PAUSE_SECONDS = 30;
    private static final String STOP = "a part of the runtime failed to stop";
    public static final String CUT_OFF = "This node was cut off from the cluster";

    private final Ignite ignite;
    private final DurableServersConfig config;
    private final PluginSettings settings;
    private final Scheduler scheduler;
    private final IgniteMembership membership;
    private final IgniteTransport transport;
    private final MapHost mapHost;
    private final PluginServers servers;
    private final PluginServers.Door door;
    private final NodeWatch watch;
    private final Outskirts outskirts;
    private final long sinceMillis;
    private @Nullable IgniteNodeStates states;
    private @Nullable OpenedMaps<IgniteSharedMap> maps;
    private @Nullable Cluster cluster;
    private volatile RuntimeLauncher.@Nullable Running running;
    private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
    private final AtomicReference<@Nullable DurableServerException> unsaved = new AtomicReference<>();
    private int failures;
    private boolean refused;
    private String refusal = "";

    HostedPrefix(
            Ignite ignite,
            DurableServersConfig config,
            PluginSettings settings,
            PluginServers servers,
            NodeWatch watch,
            Outskirts outskirts) {
        this.ignite = ignite;
        this.config = config;
        this.settings = settings;
        String prefix = config.prefix();
        this.scheduler = settings.launcher().scheduler("durable-" + prefix.substring(0, prefix.length() - 1));
        this.membership = new IgniteMembership(ignite, prefix);
        this.transport = new IgniteTransport(
                ignite, prefix, membership, scheduler, settings.launcher().time(), settings.launcher()::tell);
        this.mapHost = new MapHost(
                ignite, prefix, settings.directoryRegion(), membership, scheduler, settings.launcher()::tell);
        this.servers = servers;
        this.door = servers.enter(membership.self());
        this.watch = watch;
        this.outskirts = outskirts;
        this.sinceMillis = settings.launcher().time().wallMillis();
        membership.listen(this::onMembership);
    }

    DurableServers servers() {
        return servers;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    IgniteTransport transport() {
        return transport;
    }

    private void onMembership(Membership.Event event) {
        if (event instanceof Membership.Event.Segmented) {
            lost(CUT_OFF, true);
            fence();
        }
    }

    private void lost(String why, boolean stops) {
        if (!lost.compareAndSet(null, why)) {
            return;
        }
        door.absent(why, false, Optional.empty());
        watch.lost(why, stops);
    }

    /** Ignite failed, and stops the node by itself. */
    void broken(String why) {
        lost(why, true);
        fence();
    }

    private boolean isLost() {
        return lost.get() != null;
    }

    private final class Told implements RuntimeLauncher.Watcher {
        @Override
        public void ready(boolean ready, String cause) {
            if (ready) {
                // From now on it belongs to this cluster, also when it is cut off before it looks around.
                outskirts.serves();
            }
            watch.prefix(config.prefix(), ready, cause);
        }

        @Override
        public void lost(String why) {
            HostedPrefix.this.lost("This node serves no more: " + why, false);
        }
    }

    private final class Around implements RuntimeLauncher.Surroundings {
        @Override
        public RuntimeLauncher.Standpoint standpoint() {
            return new RuntimeLauncher.Standpoint(outskirts.clusters(), outskirts.places(), sinceMillis, watch.moves());
        }

        @Override
        public List<Session> lost() {
            return outskirts.memory().lost();
        }

        @Override
        public CompletionStage<Set<String>> answering(Collection<String> more) {
            return outskirts.answering(more);
        }

        @Override
        public void alarm(String text, boolean divided) {
            outskirts.divided(config.prefix(), divided);
            watch.alarm(config.prefix(), text);
        }

        @Override
        public void stepDown(List<String> addresses, String why) {
            if (outskirts.decides(config.prefix())) {
                watch.stepDown(addresses, why);
            }
        }
    }

    /** Opens the shared caches and starts the runtime; to be tried again when it throws. The cluster is active. */
    void activate() {
        if (running != null || isLost() || refused) {
            return;
        }
        // First, and kept when something fails: the others are told that this node is not ready.
        if (states == null) {
            states = new IgniteNodeStates(mapHost);
        }
        if (cluster == null) {
            ControlTask.introduce(ignite);
            OpenedMaps<IgniteSharedMap> opened = new OpenedMaps<>(this::open, map -> quietly(map::close));
            maps = opened;
            cluster = Cluster.of(
                    membership,
                    transport,
                    opened::open,
                    states,
                    scheduler,
                    settings.launcher().time());
        }
        RuntimeLauncher.Running started = settings.launcher().launch(config, cluster, this::resource);
        running = started;
        failures = 0;
        door.running(started.servers());
        started.watchedBy(new Told());
        started.watchSplits(new Around());
        if (isLost()) {
            fence();
        }
    }

    private IgniteSharedMap open(MapSpec spec) {
        return IgniteSharedMap.open(mapHost, spec, settings.directoryBackups());
    }

    /** The cluster is another one than when a start was refused for good: it may be tried again. */
    void clusterChanged() {
        refused = false;
    }

    /**
     * Starting failed: its callers are told. Returns how long to wait before the next attempt; empty when trying again
     * helps only after {@link #clusterChanged}.
     */
    Optional<Duration> failed(RuntimeException why) {
        if (why instanceof MapConflictException conflict) {
            refused(conflict);
            return Optional.empty();
        }
        tell(new ClusterEvent.PrefixNotStarted(ignite.name(), config.prefix(), ErrorCode.of(why), why));
        door.absent("The durable servers of the node cannot start, and try again", false, Optional.of(why));
        watch.prefix(config.prefix(), false, "cannot start: " + why.getMessage());
        return Optional.of(Duration.ofSeconds(Math.min(MAX_PAUSE_SECONDS, 1L << Math.min(failures++, 10))));
    }

    private void refused(MapConflictException why) {
        refused = true;
        String text = String.valueOf(why.getMessage());
        if (!text.equals(refusal)) {
            refusal = text;
            tell(new ClusterEvent.PrefixRefused(ignite.name(), config.prefix(), ErrorCode.of(why), text));
        }
        door.absent("The durable servers of the node cannot start: " + text, false, Optional.of(why));
        watch.prefix(config.prefix(), false, "cannot start: " + text);
    }

    private Optional<?> resource(Class<?> type) {
        return type == Ignite.class ? Optional.of(ignite) : Optional.empty();
    }

    /** Stops serving at once. Does not block. */
    void fence() {
        RuntimeLauncher.Running now = running;
        if (now != null) {
            now.fence();
        }
    }

    /** The cluster was deactivated, and the directory is gone: fences, and forgets the runtime. */
    void deactivate() {
        fence();
        closeRuntime(false);
        if (!isLost()) {
            door.absent("The cluster was deactivated", false, Optional.empty());
            watch.prefix(
                    config.prefix(),
                    false,
                    "the cluster was deactivated"
                            + waitsFor().map(text -> ": " + text).orElse(""));
        }
    }

    private Optional<String> waitsFor() {
        try {
            return config.backend().waitsFor(new JoinedNode(config.prefix(), ignite));
        } catch (RuntimeException e) {
            tell(new NodeEvent.Defect("a store cannot say what it waits for", e));
            return Optional.empty();
        }
    }

    /** What a backend can look at that is not open. */
    private record JoinedNode(String prefix, Ignite ignite) implements BackendFactory.Environment {
        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return type.isInstance(ignite) ? Optional.of(type.cast(ignite)) : Optional.empty();
        }
    }

    /** The node stops: drains, or leaves at once when it is fenced. */
    void stop() {
        closeRuntime(true);
        String why = lost.get();
        door.absent(why == null ? "The node is closed" : why, watch.isLast(), Optional.empty());
        quietly(transport::close);
        quietly(membership::close);
        quietly(scheduler::close);
    }

    /** What the last stop could not store; told once. */
    Optional<DurableServerException> unsaved() {
        return Optional.ofNullable(unsaved.getAndSet(null));
    }

    private void closeRuntime(boolean drain) {
        RuntimeLauncher.Running now = running;
        if (now != null) {
            if (drain && isLost()) {
                quietly(now::fence);
            }
            try {
                now.close();
            } catch (DurableServerException e) {
                unsaved.set(e); // the runtime has told it
            } catch (RuntimeException e) {
                tell(new NodeEvent.Defect(STOP, e));
            }
        }
        running = null;
        cluster = null;
        OpenedMaps<IgniteSharedMap> opened = maps;
        maps = null;
        if (opened != null) {
            opened.close();
        }
        IgniteNodeStates rows = states;
        states = null;
        if (rows != null) {
            quietly(rows::close);
        }
    }

    private void tell(RuntimeEvent event) {
        settings.launcher().tell(event);
    }

    private void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            // The node stops all the same, and the other steps must not be skipped.
            tell(new NodeEvent.Defect(STOP, e));
        }
    }
}

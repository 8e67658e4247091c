package io.durableserver.runtime.events;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeEvents.Fact;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the rooms of a node tell what happened: the log writes it at once, listeners hear it on their own threads. Any thread, also
 * with a lock; never throws and never waits for a listener.
 */
public final class Facts {
    private static final TimeSource NO_TIME = new TimeSource() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    };

    private static final NodeGauges NO_FIGURES = new NodeGauges() {
        @Override
        public String prefix() {
            return "";
        }

        @Override
        public Session session() {
            return new Session("none", "none");
        }

        @Override
        public String store() {
            return "none";
        }

        @Override
        public List<String> types() {
            return List.of();
        }

        @Override
        public Snapshot read() {
            return Snapshot.nothing(List.of());
        }
    };

    private final String prefix;
    private final Session node;
    private final TimeSource time;
    private final InOrder logging;
    private final HostFacts host;
    private final List<Listening> listeners = new ArrayList<>();
    private final Troubles logTroubles;
    private volatile @Nullable HotPath hot;
    private volatile @Nullable NodeGauges gauges;
    private volatile Runnable release = () -> {};

    /** Of a node without a host. */
    Facts(
            String prefix,
            Session node,
            TimeSource time,
            Executor application,
            Executor internal,
            List<RuntimeEvents> installed) {
        this(prefix, node, time, application, internal, installed, new HostFacts(time));
    }

    /**
     * Of a node; the same listener twice is told once.
     *
     * @param internal writes the log of {@link #tellInOrder}
     * @param host of the node: its facts are heard here too, while this is open
     */
    Facts(
            String prefix,
            Session node,
            TimeSource time,
            Executor application,
            Executor internal,
            List<RuntimeEvents> installed,
            HostFacts host) {
        this.host = host;
        this.prefix = prefix;
        this.node = node;
        this.time = new LastKnownTime(time);
        this.logging = new InOrder(internal);
        this.logTroubles = new Troubles("the log", this.time, event -> hand(event, null));
        Set<RuntimeEvents> once = Collections.newSetFromMap(new IdentityHashMap<>());
        for (RuntimeEvents listener : installed) {
            if (once.add(listener)) {
                listeners.add(new Listening(listener, application, this.time, this::fact, this::tell));
            }
        }
    }

    /** Of a node; listeners hear on the threads of applications, which may block, and the facts of its host too. */
    public static Facts of(DurableServersConfig config, Cluster cluster, HostFacts host) {
        return new Facts(
                config.prefix(),
                cluster.membership().self(),
                cluster.time(),
                cluster.scheduler().application(),
                cluster.scheduler().internal(),
                config.events(),
                host);
    }

    /** That nobody but the log listens to. */
    public static Facts onlyLogged() {
        return new Facts("", new Session("none", "none"), NO_TIME, Runnable::run, Runnable::run, List.of());
    }

    /** That this one hears at once, on the thread that tells: for tests of rooms. */
    public static Facts heardBy(RuntimeEvents listener) {
        Facts facts =
                new Facts("", new Session("none", "none"), NO_TIME, Runnable::run, Runnable::run, List.of(listener));
        facts.open(NO_FIGURES, () -> {});
        return facts;
    }

    /**
     * Installs the listeners; what happened before is told after that.
     *
     * @param release lets go of what the figures are taken from; called when the node is closed
     */
    public void open(NodeGauges gauges, Runnable release) {
        this.gauges = gauges;
        this.release = release;
        for (Listening one : listeners) {
            one.install(gauges, this::addHooks);
        }
        host.add(this);
    }

    /**
     * Tells a last fact. Listeners hear of nothing after it, and then that this was all. Ends when all have returned from
     * that, which is their affair: wait for it only for a while. Closing again does nothing but the log.
     */
    public CompletionStage<Void> close(RuntimeEvent last) {
        log(last);
        return close(listeners.isEmpty() ? null : fact(last));
    }

    /** As {@link #close(RuntimeEvent)}, of a node that never was. */
    public CompletionStage<Void> close() {
        return close((Fact) null);
    }

    private CompletionStage<Void> close(@Nullable Fact last) {
        host.remove(this);
        hot = null;
        release.run();
        NodeGauges installed = gauges;
        return CompletableFuture.allOf(listeners.stream()
                .map(one -> one.remove(installed, last).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private synchronized void addHooks(RuntimeHooks hooks, Troubles troubles) {
        HotPath now = hot;
        hot = now == null ? HotPath.of(hooks, troubles) : now.and(hooks, troubles);
    }

    /** Who is called for each call, turn and write; null when nobody is. */
    public @Nullable HotPath hot() {
        return hot;
    }

    /** Something happened. */
    public void tell(RuntimeEvent event) {
        tell(event, (Listening) null);
    }

    /**
     * Something happened that comes in an order with others told like this: listeners hear of it at once, so that whoever tells may hold
     * a lock; the log, which may hang, is written in the same order on another thread, or here when that takes nothing more.
     */
    public void tellInOrder(RuntimeEvent event) {
        logging.execute(() -> log(event));
        hand(event, null);
    }

    /** Whether anybody hears of facts of a kind: for those that come as often as messages. */
    public boolean wants(Class<? extends RuntimeEvent> kind) {
        return !listeners.isEmpty() || LogEvents.writes(kind);
    }

    private void tell(RuntimeEvent event, @Nullable Listening except) {
        log(event);
        hand(event, except);
    }

    private void log(RuntimeEvent event) {
        LogEvents.write(event, logTroubles);
    }

    /** Hands on what is in the log already. */
    void hear(RuntimeEvent event, long wallMillis) {
        hand(new Fact(prefix, node, wallMillis, event), null);
    }

    private void hand(RuntimeEvent event, @Nullable Listening except) {
        if (!listeners.isEmpty()) {
            hand(fact(event), except);
        }
    }

    private void hand(Fact fact, @Nullable Listening except) {
        for (Listening one : listeners) {
            if (one != except) {
                one.tell(fact);
            }
        }
    }

    private Fact fact(RuntimeEvent event) {
        return new Fact(prefix, node, time.wallMillis(), event);
    }
}

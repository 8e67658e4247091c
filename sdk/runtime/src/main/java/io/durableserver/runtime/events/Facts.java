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

    private final String prefix;
    private final Session node;
    private final TimeSource time;
    private final List<Listening> listeners = new ArrayList<>();
    private final Troubles logTroubles;
    private volatile @Nullable HotPath hot;

    /** Of a node; the same listener twice is told once. */
    Facts(String prefix, Session node, TimeSource time, Executor application, List<RuntimeEvents> installed) {
        this.prefix = prefix;
        this.node = node;
        this.time = time;
        this.logTroubles = new Troubles("the log", time, event -> hand(event, null));
        Set<RuntimeEvents> once = Collections.newSetFromMap(new IdentityHashMap<>());
        for (RuntimeEvents listener : installed) {
            if (once.add(listener)) {
                listeners.add(new Listening(listener, application, troubles(listener)));
            }
        }
    }

    /** Of a node; listeners hear on the threads of applications, which may block. */
    public static Facts of(DurableServersConfig config, Cluster cluster) {
        return new Facts(
                config.prefix(),
                cluster.membership().self(),
                cluster.time(),
                cluster.scheduler().application(),
                config.events());
    }

    /** That nobody but the log listens to. */
    public static Facts onlyLogged() {
        return new Facts("", new Session("none", "none"), NO_TIME, Runnable::run, List.of());
    }

    private Troubles troubles(RuntimeEvents listener) {
        return new Troubles(listener.getClass().getName(), time, event -> tell(event, listener));
    }

    /** Installs the listeners, before the first fact is told. */
    public void open(NodeGauges gauges) {
        for (Listening one : listeners) {
            one.install(gauges, hooks -> addHooks(hooks, troubles(one.listener())));
        }
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
        tell(event, null);
    }

    private void tell(RuntimeEvent event, @Nullable RuntimeEvents except) {
        try {
            LogEvents.write(event);
        } catch (RuntimeException | Error broken) {
            logTroubles.failed(broken);
        }
        hand(event, except);
    }

    @SuppressWarnings("ReferenceEquality") // the listener itself
    private void hand(RuntimeEvent event, @Nullable RuntimeEvents except) {
        if (listeners.isEmpty()) {
            return;
        }
        Fact fact = new Fact(prefix, node, time.wallMillis(), event);
        for (Listening one : listeners) {
            if (one.listener() != except) {
                one.tell(fact);
            }
        }
    }
}

package io.durableserver.ignite.front;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.admin.Admin;
import io.durableserver.ignite.base.OwnStage;
import io.durableserver.ignite.launch.RuntimeLauncher;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What applications hold: the runtime of the moment. There is none before the cluster is active and while the node is in none,
 * and another one after it was deactivated and activated again, or after the node was restarted in place. The references it gives
 * out move along.
 */
public final class PluginServers implements DurableServers {
    /** What one node, from its join to its end, may say here; without effect once another one has come, or the node was given up. */
    public final class Door {
        public void running(DurableServers runtime) {
            synchronized (change) {
                if (door == this) {
                    upgrades.forEach((name, type) -> carryOver(runtime, type));
                    become(new Phase.Running(runtime));
                }
            }
        }

        public void absent(String why, boolean ended, Optional<RuntimeException> cause) {
            synchronized (change) {
                if (door == this) {
                    become(new Phase.Absent(why, ended, cause));
                }
            }
        }
    }

    private final String prefix;
    private final RuntimeLauncher launcher;
    private final Object change = new Object();
    private final Map<String, ServerType<?>> upgrades = new LinkedHashMap<>();
    private final Set<ReadyWait> waiting = ConcurrentHashMap.newKeySet();
    private final Admin admin = new MovingAdmin(this);
    private volatile Phase phase = new Phase.Absent("The node has not joined yet", false, Optional.empty());
    private volatile @Nullable Door door;
    private volatile Session session = new Session("none", "none");

    /** @param launcher knows what may be a key, and what headers */
    public PluginServers(String prefix, RuntimeLauncher launcher) {
        this.prefix = prefix;
        this.launcher = launcher;
    }

    /** Another node, which begins without a runtime. */
    public Door enter(Session newcomer) {
        synchronized (change) {
            Door next = new Door();
            door = next;
            session = newcomer;
            become(new Phase.Absent("The cluster is not active yet", false, Optional.empty()));
            return next;
        }
    }

    /** The node is given up, whatever it says from now on. */
    public void away(String why, boolean ended) {
        synchronized (change) {
            door = null;
            become(new Phase.Absent(why, ended, Optional.empty()));
        }
    }

    private void become(Phase next) {
        phase = next;
        change.notifyAll();
        waiting.forEach(ReadyWait::look);
    }

    /** The runtime was made with the types of the configuration. */
    private void carryOver(DurableServers runtime, ServerType<?> type) {
        try {
            runtime.admin().upgrade(type);
        } catch (ConfigurationException e) {
            launcher.tell(new NodeEvent.Defect("a type cannot be upgraded again after a restart of its node", e));
        }
    }

    Map<String, String> checkedHeaders(Map<String, String> headers) {
        return launcher.checkedHeaders(headers);
    }

    Phase phase() {
        return phase;
    }

    DurableServers runtime() {
        return running(phase).runtime();
    }

    /** What runs, of a phase that was read. */
    Phase.Running running(Phase now) {
        if (now instanceof Phase.Running running) {
            return running;
        }
        throw notReady((Phase.Absent) now);
    }

    NotAppliedException notReady(Phase.Absent absent) {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_READY,
                absent.why(),
                Map.of("prefix", prefix, "node", session.node()),
                absent.cause().orElse(null));
    }

    @Override
    public <S> ServerRef start(ServerType<S> type, String key, S initial, StartOptions options) {
        Phase.Running running = running(phase);
        return moving(type, running, running.runtime().start(type, key, initial, options));
    }

    @Override
    public <S> CompletionStage<ServerRef> startAsync(ServerType<S> type, String key, S initial, StartOptions options) {
        return later(running ->
                running.runtime().startAsync(type, key, initial, options).thenApply(ref -> moving(type, running, ref)));
    }

    @Override
    public <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial, StartOptions options) {
        Phase.Running running = running(phase);
        return moving(type, running, running.runtime().ensureStarted(type, key, initial, options));
    }

    @Override
    public <S> CompletionStage<ServerRef> ensureStartedAsync(
            ServerType<S> type, String key, S initial, StartOptions options) {
        return later(running -> running.runtime()
                .ensureStartedAsync(type, key, initial, options)
                .thenApply(ref -> moving(type, running, ref)));
    }

    <T> CompletionStage<T> later(Function<Phase.Running, CompletionStage<T>> request) {
        Phase now = phase;
        return now instanceof Phase.Running running
                ? request.apply(running)
                : new OwnStage<>(notReady((Phase.Absent) now));
    }

    private ServerRef moving(ServerType<?> type, Phase.Running running, ServerRef now) {
        return new MovingRef(this, type, running, now);
    }

    @Override
    public Admin admin() {
        return admin;
    }

    /** Whether this node knows the type is seen at once where there is a runtime, else by the first call. */
    @Override
    public ServerRef ref(ServerType<?> type, String key) {
        if (phase instanceof Phase.Running running) {
            return moving(type, running, running.runtime().ref(type, key));
        }
        launcher.checkKey(key);
        return new MovingRef(this, type, key);
    }

    /** Upgrades a type of this runtime, and of those to come. */
    void upgrade(ServerType<?> type) {
        synchronized (change) {
            runtime().admin().upgrade(type);
            upgrades.put(type.name(), type);
        }
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public boolean isReady() {
        return phase instanceof Phase.Running running && running.runtime().isReady();
    }

    @Override
    public void awaitReady(Duration timeout) {
        long limit = TimeSource.nanos(timeout);
        long started = System.nanoTime();
        while (true) {
            DurableServers runtime = awaitRuntime(started, limit);
            try {
                runtime.awaitReady(Duration.ofNanos(Math.max(1, limit - (System.nanoTime() - started))));
                return;
            } catch (NotAppliedException ended) {
                // Or the cluster was deactivated meanwhile, and the next runtime is the one to wait for.
                if (phase instanceof Phase.Running running && running.runtime() == runtime) {
                    throw ended;
                }
            }
        }
    }

    @Override
    public CompletionStage<Void> awaitReadyAsync(Duration timeout) {
        try {
            launcher.outsideTurns("awaitReadyAsync");
        } catch (ConfigurationException refused) {
            return new OwnStage<>(refused);
        }
        ReadyWait wait = new ReadyWait(this::phase, this::notReady, timeout);
        waiting.add(wait);
        return wait.begin(() -> waiting.remove(wait));
    }

    /** Waits for a runtime; not for one that will not come before the configuration or the program changes. */
    private DurableServers awaitRuntime(long started, long limit) {
        synchronized (change) {
            while (true) {
                Phase now = phase;
                if (now instanceof Phase.Running running) {
                    return running.runtime();
                }
                Phase.Absent absent = (Phase.Absent) now;
                if (absent.cause().orElse(null) instanceof ConfigurationException wrong) {
                    throw wrong;
                }
                long left = limit - (System.nanoTime() - started);
                if (absent.ended() || left <= 0) {
                    throw notReady(absent);
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(change, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw notReady(absent);
                }
            }
        }
    }
}

package io.durableserver.ignite;

import io.durableserver.Admin;
import io.durableserver.ConfigurationException;
import io.durableserver.DrainReport;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * What applications hold: the runtime of the moment. There is none before the cluster is active, and another one after it
 * was deactivated and activated again.
 */
final class PluginServers implements DurableServers {
    /** What there is to use. */
    private sealed interface Phase {
        record Running(DurableServers runtime) implements Phase {}

        /**
         * No runtime.
         *
         * @param ended whether none will come any more
         */
        record Absent(String why, boolean ended, Optional<RuntimeException> cause) implements Phase {}
    }

    private final String prefix;
    private final Session session;
    private final Object change = new Object();
    private volatile Phase phase = new Phase.Absent("The cluster is not active yet", false, Optional.empty());

    PluginServers(String prefix, Session session) {
        this.prefix = prefix;
        this.session = session;
    }

    void running(DurableServers runtime) {
        become(new Phase.Running(runtime));
    }

    void deactivated() {
        become(new Phase.Absent("The cluster was deactivated", false, Optional.empty()));
    }

    /** The runtime could not start; it is tried again. */
    void broken(RuntimeException cause) {
        become(new Phase.Absent(
                "The durable servers of the node cannot start, and try again", false, Optional.of(cause)));
    }

    void closed() {
        become(new Phase.Absent("The node is closed", true, Optional.empty()));
    }

    private void become(Phase next) {
        synchronized (change) {
            phase = next;
            change.notifyAll();
        }
    }

    private DurableServers runtime() {
        Phase now = phase;
        if (now instanceof Phase.Running running) {
            return running.runtime();
        }
        throw notReady((Phase.Absent) now);
    }

    private NotAppliedException notReady(Phase.Absent absent) {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_READY,
                absent.why(),
                Map.of("prefix", prefix, "node", session.node()),
                absent.cause().orElse(null));
    }

    @Override
    public <S> ServerRef start(ServerType<S> type, String key, S initial, StartOptions options) {
        return runtime().start(type, key, initial, options);
    }

    @Override
    public <S> CompletionStage<ServerRef> startAsync(ServerType<S> type, String key, S initial, StartOptions options) {
        return runtime().startAsync(type, key, initial, options);
    }

    @Override
    public <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial, StartOptions options) {
        return runtime().ensureStarted(type, key, initial, options);
    }

    @Override
    public <S> CompletionStage<ServerRef> ensureStartedAsync(
            ServerType<S> type, String key, S initial, StartOptions options) {
        return runtime().ensureStartedAsync(type, key, initial, options);
    }

    /** Of the runtime of the moment: ask again after the cluster was deactivated. */
    @Override
    public Admin admin() {
        return runtime().admin();
    }

    @Override
    public ServerRef ref(ServerType<?> type, String key) {
        return runtime().ref(type, key);
    }

    @Override
    public Optional<ServerLocation> lookup(String key) {
        return runtime().lookup(key);
    }

    @Override
    public CompletionStage<Optional<ServerLocation>> lookupAsync(String key) {
        return runtime().lookupAsync(key);
    }

    @Override
    public Optional<ServerInfo> info(String key) {
        return runtime().info(key);
    }

    @Override
    public CompletionStage<Optional<ServerInfo>> infoAsync(String key) {
        return runtime().infoAsync(key);
    }

    @Override
    public boolean terminate(String key, Termination how) {
        return runtime().terminate(key, how);
    }

    @Override
    public CompletionStage<Boolean> terminateAsync(String key, Termination how) {
        return runtime().terminateAsync(key, how);
    }

    @Override
    public void upgrade(ServerType<?> type) {
        runtime().upgrade(type);
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public int localCount() {
        return phase instanceof Phase.Running running ? running.runtime().localCount() : 0;
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

    @Override
    public DrainReport drain() {
        return runtime().drain();
    }

    @Override
    public void close() {
        if (phase instanceof Phase.Running running) {
            running.runtime().close();
        }
    }
}

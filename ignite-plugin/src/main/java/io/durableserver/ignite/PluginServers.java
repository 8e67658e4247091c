package io.durableserver.ignite;

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
import org.jspecify.annotations.Nullable;

/**
 * What applications hold: the runtime of the moment. There is none before the cluster is active, and another one after it
 * was deactivated and activated again.
 */
final class PluginServers implements DurableServers {
    private final String prefix;
    private final Session session;
    private final Object change = new Object();
    private volatile @Nullable DurableServers current;

    PluginServers(String prefix, Session session) {
        this.prefix = prefix;
        this.session = session;
    }

    void set(@Nullable DurableServers runtime) {
        synchronized (change) {
            current = runtime;
            change.notifyAll();
        }
    }

    private DurableServers runtime() {
        DurableServers runtime = current;
        if (runtime == null) {
            throw notReady();
        }
        return runtime;
    }

    private NotAppliedException notReady() {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_READY,
                "The cluster is not active, or the node stops",
                Map.of("prefix", prefix));
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
        DurableServers runtime = current;
        return runtime == null ? 0 : runtime.localCount();
    }

    @Override
    public boolean isReady() {
        DurableServers runtime = current;
        return runtime != null && runtime.isReady();
    }

    @Override
    public void awaitReady(Duration timeout) {
        long deadline = System.nanoTime() + TimeSource.nanos(timeout);
        DurableServers runtime = awaitRuntime(deadline);
        runtime.awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }

    private DurableServers awaitRuntime(long deadline) {
        synchronized (change) {
            for (DurableServers runtime = current; ; runtime = current) {
                long left = deadline - System.nanoTime();
                if (runtime != null) {
                    return runtime;
                }
                if (left <= 0) {
                    throw notReady();
                }
                try {
                    change.wait(left / 1_000_000, (int) (left % 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw notReady();
                }
            }
        }
    }

    @Override
    public void close() {
        DurableServers runtime = current;
        if (runtime != null) {
            runtime.close();
        }
    }
}

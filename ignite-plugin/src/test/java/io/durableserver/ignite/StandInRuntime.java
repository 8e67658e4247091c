package io.durableserver.ignite;

import io.durableserver.Codec;
import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.launch.DurableNodeLauncher;
import io.durableserver.ignite.launch.RuntimeLauncher;
import io.durableserver.ignite.map.SharedMapCache;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CachePeekMode;

/** A launcher whose runtimes only keep what they are given and log what the plugin does with them; the rest is the real one's. */
public final class StandInRuntime implements RuntimeLauncher {
    /** The map a runtime opens first. */
    static final MapSpec DIRECTORY = MapSpec.partitioned("directory");

    private final RuntimeLauncher real = new DurableNodeLauncher();
    final Map<String, Cluster> clusters = new ConcurrentHashMap<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicInteger attempts = new AtomicInteger();
    final List<RuntimeEvent> told = new CopyOnWriteArrayList<>();

    /** What was told of one kind. */
    public <E extends RuntimeEvent> List<E> told(Class<E> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void tell(RuntimeEvent event) {
        told.add(event);
    }

    @Override
    public Scheduler scheduler(String name) {
        return real.scheduler(name);
    }

    @Override
    public TimeSource time() {
        return real.time();
    }

    @Override
    public void checkKey(String key) {
        real.checkKey(key);
    }

    @Override
    public Map<String, String> checkedHeaders(Map<String, String> headers) {
        return real.checkedHeaders(headers);
    }

    @Override
    public Codec stateCodec() {
        return real.stateCodec();
    }

    @Override
    public Codec messageCodec() {
        return real.messageCodec();
    }

    @Override
    public Running launch(DurableServersConfig config, Cluster cluster, Function<Class<?>, Optional<?>> resources) {
        String prefix = config.prefix();
        attempts.incrementAndGet();
        cluster.map(DIRECTORY);
        clusters.put(prefix, cluster);
        log.add("launch " + prefix);
        Ignite ignite = (Ignite) resources.apply(Ignite.class).orElseThrow();
        return new Running() {
            @Override
            public void watchedBy(Watcher watcher) {
                watcher.ready(true, "");
            }

            @Override
            public void watchSplits(Surroundings around) {
                // There is no store to look into.
            }

            @Override
            public DurableServers servers() {
                return ready();
            }

            @Override
            public void fence() {
                log.add("fence " + prefix);
            }

            @Override
            public void close() {
                // Draining needs the caches.
                boolean active = ignite.cluster().state().active();
                if (active) {
                    ignite.cache(SharedMapCache.name("map-directory", prefix)).size(CachePeekMode.PRIMARY);
                }
                log.add("close " + prefix + (active ? " with caches" : ""));
            }
        };
    }

    private static DurableServers ready() {
        return (DurableServers) Proxy.newProxyInstance(
                DurableServers.class.getClassLoader(),
                new Class<?>[] {DurableServers.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isReady" -> true;
                    case "localCount" -> 0;
                    case "awaitReady" -> null;
                    case "awaitReadyAsync" -> CompletableFuture.completedFuture(null);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}

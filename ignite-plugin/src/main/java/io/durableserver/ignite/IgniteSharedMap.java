package io.durableserver.ignite;

import io.durableserver.Registration;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;

/** A {@link SharedMap} in a partitioned Ignite cache. Stages complete on the scheduler; watchers run on Ignite's threads. */
final class IgniteSharedMap implements SharedMap, AutoCloseable {
    private final String prefix;
    private final Scheduler scheduler;
    private final MemoryCache memory;
    private final IgniteCache<String, byte[]> cache;
    private final Affinity<String> affinity;
    private final ExecutorService scans;
    private final DirectoryWatch watch;

    /** Creates the cache where it does not exist; blocks, and needs an active cluster. */
    IgniteSharedMap(Ignite ignite, String prefix, int backups, @Nullable String region, Scheduler scheduler) {
        this.prefix = prefix;
        this.scheduler = scheduler;
        this.memory = DirectoryCache.open(ignite, prefix, backups, region, scheduler);
        CasProcessor.introduce(ignite);
        this.cache = memory.cache();
        this.affinity = ignite.affinity(cache.getName());
        this.scans = Daemons.pool("durable-scan-" + prefix, 2);
        this.watch = DirectoryWatch.of(memory, scans, scheduler);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return IgniteStages.attempt(() -> IgniteStages.stage(
                cache.getAsync(key),
                scheduler.internal(),
                row -> Optional.ofNullable(row).map(bytes -> Row.parse(bytes).value()),
                failure -> repaired(Unsent.unavailable(failure))));
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return invoke(key, new CasProcessor(null, value));
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return invoke(key, new CasProcessor(expected, value));
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return invoke(key, new CasProcessor(expected, null));
    }

    private CompletionStage<Cas> invoke(String key, CasProcessor processor) {
        return IgniteStages.attempt(() -> IgniteStages.stage(
                cache.invokeAsync(key, processor),
                scheduler.internal(),
                IgniteSharedMap::cas,
                failure -> repaired(Unsent.change(failure))));
    }

    /** What nobody has a copy of is worth a look at once. */
    private RuntimeException repaired(RuntimeException failure) {
        if (failure instanceof MapUnavailableException) {
            memory.repairSoon();
        }
        return failure;
    }

    private static Cas cas(byte[] answer) {
        Optional<byte[]> current = answer.length == 1
                ? Optional.empty()
                : Optional.of(
                        Row.parse(Arrays.copyOfRange(answer, 1, answer.length)).value());
        return new Cas(answer[0] == 1, current);
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        return Optional.ofNullable(cache.localPeek(key, CachePeekMode.PRIMARY, CachePeekMode.BACKUP))
                .map(row -> Row.parse(row).value());
    }

    @Override
    public CompletionStage<Map<String, byte[]>> scan(String keyPrefix) {
        CompletableFuture<Map<String, byte[]>> result = new CompletableFuture<>();
        scans.execute(() -> {
            Map<String, byte[]> rows = new LinkedHashMap<>();
            try {
                DirectoryScan.run(cache, keyPrefix, (key, row) -> rows.put(key, row.value()));
                scheduler.internal().execute(() -> result.complete(rows));
            } catch (RuntimeException e) {
                result.completeExceptionally(repaired(Unsent.unavailable(e)));
            }
        });
        return result;
    }

    @Override
    public Registration watch(String keyPrefix, Listener listener) {
        return watch.watch(keyPrefix, listener);
    }

    @Override
    public Registration onLoss(Runnable listener) {
        return memory.onLoss(listener);
    }

    @Override
    public Session owner(String key) {
        ClusterNode primary;
        try {
            primary = affinity.mapKeyToNode(key);
        } catch (IgniteException | IllegalStateException e) {
            throw repaired(Unsent.unavailable(e));
        }
        if (primary == null) {
            throw new MapUnavailableException("No server node takes part in " + prefix, null);
        }
        return IgniteMembership.session(primary);
    }

    @Override
    public void close() {
        watch.close();
        memory.close();
        scans.shutdownNow();
    }
}

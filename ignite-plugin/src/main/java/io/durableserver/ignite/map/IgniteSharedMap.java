package io.durableserver.ignite.map;

import io.durableserver.Registration;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.base.IgniteStages;
import io.durableserver.ignite.base.Unsent;
import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;

/** A {@link SharedMap} in an Ignite cache. Stages complete on the scheduler; watchers and scans run on threads of this class. */
public final class IgniteSharedMap implements SharedMap, AutoCloseable {
    private final String name;
    private final Scheduler scheduler;
    private final IgniteMembership membership;
    private final MemoryCache memory;
    private final IgniteCache<String, byte[]> cache;
    private final Affinity<String> affinity;
    private final ClusterNode self;
    private final RowReader rows;
    private final ExecutorService scans;
    private final ExecutorService looks;
    private final OpenPages pages;
    private final RowWatch watch;
    private final RemovalMarks marks;
    private final ArbiterWatch arbiter;
    private volatile boolean closed;

    /**
     * Creates the cache where it does not exist; blocks, and needs an active cluster.
     *
     * @param backups those of a partitioned map that does not say
     * @throws io.durableserver.spi.MapConflictException when there is one of another kind
     * @throws MapUnavailableException when it cannot be opened now; nothing of it is left
     */
    public static IgniteSharedMap open(MapHost host, MapSpec spec, int backups) {
        String name = spec.name() + " of " + host.prefix();
        try {
            MemoryCache memory = SharedMapCache.open(host, spec, spec.backups().orElse(backups));
            try {
                CasProcessor.introduce(host.ignite());
                DropMark.introduce(host.ignite());
                RowJob.introduce(host.ignite());
                return new IgniteSharedMap(host, name, memory);
            } catch (RuntimeException e) {
                memory.closeAfter(e);
                throw e;
            }
        } catch (CacheException | IgniteException | IllegalStateException e) {
            throw new MapUnavailableException("The map " + name + " cannot be opened now: " + e.getMessage(), e);
        }
    }

    private IgniteSharedMap(MapHost host, String name, MemoryCache memory) {
        Ignite ignite = host.ignite();
        this.name = name;
        this.scheduler = host.scheduler();
        this.membership = host.membership();
        this.memory = memory;
        this.cache = memory.cache();
        this.affinity = ignite.affinity(cache.getName());
        this.self = ignite.cluster().localNode();
        this.rows = new RowReader(cache);
        this.scans = Daemons.pool("durable-scan-" + cache.getName(), 2);
        this.watch = new RowWatch(memory, rows, scans, host);
        this.looks = Daemons.pool("durable-arbiter-" + cache.getName(), 1);
        this.arbiter = new ArbiterWatch(cache.getName(), this::ownPartitions, looks, scheduler);
        this.pages = new OpenPages("The map " + name, scans, scheduler.internal());
        // Last, because it listens: what went wrong before leaves nothing behind.
        this.marks = new RemovalMarks(ignite, cache, rows, scans, scheduler);
    }

    private void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    private MapUnavailableException closed() {
        return new MapUnavailableException("The map " + name + " is closed", null);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        SharedMap.checkKey(key);
        return attempt(() -> IgniteStages.stage(
                cache.getAsync(key),
                scheduler.internal(),
                IgniteSharedMap::value,
                failure -> repaired(Unsent.unavailable(failure))));
    }

    private <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> operation) {
        return closed ? CompletableFuture.failedFuture(closed()) : IgniteStages.attempt(operation);
    }

    private static Optional<byte[]> value(byte @Nullable [] bytes) {
        if (bytes == null) {
            return Optional.empty();
        }
        Row row = Row.parse(bytes);
        return row.isMark() ? Optional.empty() : Optional.of(row.value());
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return invoke(key, CasProcessor.change(null, SharedMap.checkValue(value)));
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return invoke(key, CasProcessor.change(expected, SharedMap.checkValue(value)));
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return invoke(key, CasProcessor.change(expected, null));
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected, String reason) {
        if (SharedMap.checkReason(reason).isEmpty()) {
            return remove(key, expected);
        }
        CasProcessor processor = CasProcessor.mark(expected, reason);
        CompletableFuture<Cas> end = invoke(key, processor);
        CompletionStage<Cas> watched = end;
        watched.whenComplete((cas, failure) -> {
            // Also when it is not known whether there is a mark.
            if (cas == null ? !(failure instanceof MapUnavailableException) : cas.applied()) {
                marks.drop(key, processor.operationHigh(), processor.operationLow());
            }
        });
        return end;
    }

    private CompletableFuture<Cas> invoke(String key, CasProcessor processor) {
        SharedMap.checkKey(key);
        return attempt(() -> IgniteStages.stage(
                cache.invokeAsync(key, processor),
                scheduler.internal(),
                CasProcessor::parse,
                failure -> repaired(Unsent.change(failure))));
    }

    /** A partition without a copy is worth a look at once. */
    private RuntimeException repaired(RuntimeException failure) {
        if (failure instanceof MapUnavailableException) {
            memory.repairSoon();
        }
        return failure;
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        SharedMap.checkKey(key);
        checkOpen();
        try {
            return value(cache.localPeek(key, CachePeekMode.PRIMARY, CachePeekMode.BACKUP));
        } catch (CacheException | IgniteException | IllegalStateException e) {
            throw repaired(Unsent.unavailable(e));
        }
    }

    @Override
    public CompletionStage<Page> scan(String prefix, String cursor, int limit) {
        int checked = SharedMap.checkLimit(limit);
        return pages.open(() -> rows.scan(prefix, cursor, checked), failure -> repaired(Unsent.unavailable(failure)));
    }

    @Override
    public CompletionStage<Page> owned(String cursor, int limit) {
        int checked = SharedMap.checkLimit(limit);
        return pages.open(() -> rows.owned(cursor, checked), failure -> repaired(Unsent.unavailable(failure)));
    }

    @Override
    public long ownedSize() {
        try {
            return closed ? 0 : cache.localSizeLong(CachePeekMode.PRIMARY);
        } catch (CacheException | IgniteException | IllegalStateException stopping) {
            return 0;
        }
    }

    /** The partitions this node is the primary of, in rising order; may block while they move. */
    private int[] ownPartitions() {
        int[] partitions = affinity.primaryPartitions(self);
        Arrays.sort(partitions);
        return partitions;
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        return watch.watch(prefix, listener);
    }

    @Override
    public Registration onLoss(Runnable listener) {
        checkOpen();
        return memory.onLoss(listener);
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        checkOpen();
        return arbiter.listen(listener);
    }

    @Override
    public Session owner(String key) {
        SharedMap.checkKey(key);
        checkOpen();
        ClusterNode primary;
        try {
            primary = affinity.mapKeyToNode(key);
        } catch (IgniteException | IllegalStateException e) {
            throw repaired(Unsent.unavailable(e));
        }
        if (primary == null) {
            throw new MapUnavailableException("No server node takes part in the map " + name, null);
        }
        return membership.session(primary.id()).orElseGet(() -> IgniteMembership.session(primary));
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        scans.shutdownNow();
        looks.shutdownNow();
        // When the node is gone Ignite may refuse some of this, and each must have its turn.
        try (memory;
                watch;
                marks) {
            pages.close();
            arbiter.close();
        }
    }
}

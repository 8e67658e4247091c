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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
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
    private final ExecutorService scans;
    private final RowWatch watch;
    private final RemovalMarks marks;
    private final ArbiterWatch arbiter;

    /**
     * Creates the cache where it does not exist; blocks, and needs an active cluster.
     *
     * @param backups those of a partitioned map that does not say
     */
    public IgniteSharedMap(
            Ignite ignite,
            String prefix,
            MapSpec spec,
            int backups,
            @Nullable String region,
            IgniteMembership membership,
            Scheduler scheduler) {
        this.name = spec.name() + " of " + prefix;
        this.scheduler = scheduler;
        this.membership = membership;
        this.memory = SharedMapCache.open(ignite, prefix, spec, spec.backups().orElse(backups), region, scheduler);
        CasProcessor.introduce(ignite);
        DropMark.introduce(ignite);
        this.cache = memory.cache();
        this.affinity = ignite.affinity(cache.getName());
        this.scans = Daemons.pool("durable-scan-" + cache.getName(), 2);
        this.watch = new RowWatch(memory, scans, scheduler);
        this.marks = new RemovalMarks(ignite, cache, scans, scheduler);
        this.arbiter = new ArbiterWatch(ignite, cache.getName(), scans, scheduler);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return IgniteStages.attempt(() -> IgniteStages.stage(
                cache.getAsync(key),
                scheduler.internal(),
                IgniteSharedMap::value,
                failure -> repaired(Unsent.unavailable(failure))));
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
        return invoke(key, CasProcessor.change(null, value));
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return invoke(key, CasProcessor.change(expected, value));
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
            if (cas == null || cas.applied()) {
                marks.drop(key, processor.operationHigh(), processor.operationLow());
            }
        });
        return end;
    }

    private CompletableFuture<Cas> invoke(String key, CasProcessor processor) {
        return IgniteStages.attempt(() -> IgniteStages.stage(
                cache.invokeAsync(key, processor),
                scheduler.internal(),
                CasProcessor::parse,
                failure -> repaired(Unsent.change(failure))));
    }

    /** What nobody has a copy of is worth a look at once. */
    private RuntimeException repaired(RuntimeException failure) {
        if (failure instanceof MapUnavailableException) {
            memory.repairSoon();
        }
        return failure;
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        return value(cache.localPeek(key, CachePeekMode.PRIMARY, CachePeekMode.BACKUP));
    }

    @Override
    public CompletionStage<Page> scan(String prefix, Optional<String> cursor, int limit) {
        int checked = SharedMap.checkLimit(limit);
        RowPages pages = new RowPages(cache, false);
        return paged(() -> pages.page(IntStream.range(0, affinity.partitions()).toArray(), prefix, cursor, checked));
    }

    @Override
    public CompletionStage<Page> owned(Optional<String> cursor, int limit) {
        int checked = SharedMap.checkLimit(limit);
        RowPages pages = new RowPages(cache, true);
        return paged(() -> pages.page(arbiter.partitions(), "", cursor, checked));
    }

    private CompletionStage<Page> paged(Supplier<Page> read) {
        CompletableFuture<Page> end = new CompletableFuture<>();
        try {
            scans.execute(() -> {
                try {
                    Page page = read.get();
                    scheduler.internal().execute(() -> end.complete(page));
                } catch (IllegalArgumentException badCursor) {
                    end.completeExceptionally(badCursor);
                } catch (RuntimeException e) {
                    end.completeExceptionally(repaired(Unsent.unavailable(e)));
                }
            });
        } catch (RejectedExecutionException closed) {
            end.completeExceptionally(new MapUnavailableException("The map " + name + " is closed", closed));
        }
        return end;
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        return watch.watch(prefix, listener);
    }

    @Override
    public Registration onLoss(Runnable listener) {
        return memory.onLoss(listener);
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        return arbiter.listen(listener);
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
            throw new MapUnavailableException("No server node takes part in the map " + name, null);
        }
        return membership.session(primary.id()).orElseGet(() -> IgniteMembership.session(primary));
    }

    @Override
    public void close() {
        scans.shutdownNow();
        arbiter.close();
        marks.close();
        watch.close();
        memory.close();
    }
}

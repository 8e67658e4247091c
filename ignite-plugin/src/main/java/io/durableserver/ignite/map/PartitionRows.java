package io.durableserver.ignite.map;

import io.durableserver.ignite.map.RowBatch.End;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.affinity.AffinityTopologyVersion;
import org.apache.ignite.internal.processors.cache.GridCacheAdapter;
import org.apache.ignite.internal.processors.cache.GridCacheContext;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtLocalPartition;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.apache.ignite.internal.processors.cache.persistence.CacheDataRow;
import org.apache.ignite.internal.util.lang.GridCursor;

/**
 * The rows of partitions that are on this node, read on from any key. Enters Ignite's internals: its public queries begin
 * a partition anew each time, so that reading it in pages costs the square of what is in it. The order is that of the tree
 * that holds the partition, by hash and then by key: the same on every node, and no change of other keys changes it.
 */
final class PartitionRows {
    private final GridCacheContext<?, ?> cache;
    private final RowBatch.Builder batch;
    private String after;

    private PartitionRows(GridCacheContext<?, ?> cache, RowRequest request) {
        this.cache = cache;
        this.batch = new RowBatch.Builder(request);
        this.after = request.after();
    }

    /**
     * Reads until a bound, the last partition, or one that is not here. Bounded, and does not wait.
     *
     * @throws IllegalStateException when the cache is closed on this node
     */
    static RowBatch read(Ignite ignite, String name, RowRequest request) {
        GridCacheAdapter<?, ?> adapter = ((IgniteEx) ignite).context().cache().internalCache(name);
        if (adapter == null) {
            return new RowBatch.Builder(request).end(0, request.after(), End.ELSEWHERE);
        }
        GridCacheContext<?, ?> cache = adapter.context();
        // The memory of a cache is freed only when no reader is inside.
        cache.gate().enter();
        try {
            return new PartitionRows(cache, request).read(request.partitions());
        } catch (IgniteCheckedException e) {
            throw new IgniteException("Rows of " + name + " cannot be read: " + e.getMessage(), e);
        } finally {
            cache.gate().leave();
        }
    }

    private RowBatch read(int[] partitions) throws IgniteCheckedException {
        for (int done = 0; done < partitions.length; done++) {
            GridDhtLocalPartition partition =
                    cache.topology().localPartition(partitions[done], AffinityTopologyVersion.NONE, false);
            End end = partition == null ? End.ELSEWHERE : reserved(partition);
            if (end != End.DONE) {
                return batch.end(done, after, end);
            }
            after = "";
        }
        return batch.end(partitions.length, "", End.DONE);
    }

    /** A partition that is reserved is not taken away, but may have been before. */
    private End reserved(GridDhtLocalPartition partition) throws IgniteCheckedException {
        if (!partition.reserve()) {
            return End.ELSEWHERE;
        }
        try {
            return partition.state() == GridDhtPartitionState.OWNING ? rows(partition) : End.ELSEWHERE;
        } finally {
            partition.release();
        }
    }

    private End rows(GridDhtLocalPartition partition) throws IgniteCheckedException {
        GridCursor<? extends CacheDataRow> rows = partition
                .dataStore()
                .cursor(cache.cacheId(), after.isEmpty() ? null : cache.toCacheKeyObject(after), null);
        String passed = after;
        while (rows.next()) {
            CacheDataRow row = rows.get();
            String key = row.key().value(cache.cacheObjectContext(), false);
            if (key.equals(after)) {
                continue;
            }
            byte[] bytes = row.value().value(cache.cacheObjectContext(), false);
            End end = batch.add(key, bytes);
            if (end != End.DONE) {
                after = passed;
                return end;
            }
            passed = key;
        }
        return End.DONE;
    }
}

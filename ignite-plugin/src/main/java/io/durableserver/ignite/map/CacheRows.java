package io.durableserver.ignite.map;

import java.util.function.BiConsumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.affinity.Affinity;

/** The rows of a cache, wherever they are. */
final class CacheRows implements RowChecks.Rows {
    private final IgniteCache<String, byte[]> cache;
    private final Affinity<String> affinity;

    CacheRows(IgniteCache<String, byte[]> cache) {
        this.cache = cache;
        this.affinity = cache.unwrap(Ignite.class).affinity(cache.getName());
    }

    @Override
    public int partitions() {
        return affinity.partitions();
    }

    @Override
    public int partition(String key) {
        return affinity.partition(key);
    }

    @Override
    public void read(int partition, String prefix, Runnable again, BiConsumer<String, Row> rows) {
        RowScan.Wanted wanted = new RowScan.Wanted(prefix, "", RowScan.Kind.ALL);
        RowScan.partition(cache, partition, false, wanted, again, rows);
    }
}

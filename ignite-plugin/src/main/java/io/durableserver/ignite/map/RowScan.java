package io.durableserver.ignite.map;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.lang.IgniteBiPredicate;

/**
 * Reads rows. Partition by partition, because then Ignite finds a partition's next owner when its
 * node leaves meanwhile; blocks, so it belongs on a thread of its own.
 */
final class RowScan {
    private static final int ATTEMPTS = 5;
    /** Before the second attempt; doubles. */
    private static final long PAUSE_MILLIS = 20;

    private static final int PAGE = 1_024;

    private RowScan() {}

    /** All rows of a prefix, marks not among them; a row may be reported twice. */
    static void run(IgniteCache<String, byte[]> cache, String prefix, BiConsumer<String, Row> rows) {
        int partitions = cache.unwrap(Ignite.class).affinity(cache.getName()).partitions();
        for (int partition = 0; partition < partitions; partition++) {
            partition(cache, partition, false, new Wanted(prefix, "", Kind.VALUES), () -> {}, rows);
        }
    }

    /**
     * The wanted rows of a partition.
     *
     * @param local whether only this node is asked
     * @param again runs before each attempt: rows reported so far come once more
     */
    static void partition(
            IgniteCache<String, byte[]> cache,
            int partition,
            boolean local,
            Wanted wanted,
            Runnable again,
            BiConsumer<String, Row> rows) {
        for (int attempt = 1; ; attempt++) {
            again.run();
            ScanQuery<String, byte[]> query = new ScanQuery<>(wanted);
            query.setPartition(partition).setPageSize(PAGE).setLocal(local);
            try (QueryCursor<Cache.Entry<String, byte[]>> cursor = cache.query(query)) {
                for (Cache.Entry<String, byte[]> entry : cursor) {
                    rows.accept(entry.getKey(), Row.parse(entry.getValue()));
                }
                return;
            } catch (CacheException | IgniteException e) {
                // Also when the topology changes under the query, which is not always a failure of the cache.
                if (attempt == ATTEMPTS || !paused(PAUSE_MILLIS << attempt)) {
                    throw e;
                }
            }
        }
    }

    /** False when this thread shall end. */
    private static boolean paused(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What rows are wanted. */
    enum Kind {
        VALUES,
        MARKS,
        ALL
    }

    /** Runs where the rows are, so that only matching ones travel. */
    static final class Wanted implements IgniteBiPredicate<String, byte[]> {
        private static final long serialVersionUID = 1L;

        private final String prefix;
        private final String after;
        private final Kind kind;

        /**
         * Rows of a prefix.
         *
         * @param after only keys above this one; empty for all
         */
        Wanted(String prefix, String after, Kind kind) {
            this.prefix = prefix;
            this.after = after;
            this.kind = kind;
        }

        @Override
        public boolean apply(String key, byte[] row) {
            return key.startsWith(prefix)
                    && (after.isEmpty() || key.compareTo(after) > 0)
                    && (kind == Kind.ALL || Row.parse(row).isMark() == (kind == Kind.MARKS));
        }
    }
}

package io.durableserver.ignite.map;

import java.util.function.BiConsumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.lang.IgniteBiPredicate;

/**
 * Reads rows, marks not among them. Partition by partition, because then Ignite finds a partition's next owner when its
 * node leaves meanwhile; blocks, so it belongs on a thread of its own.
 */
final class RowScan {
    private static final int ATTEMPTS = 5;
    private static final int PAGE = 1_024;

    private RowScan() {}

    /** All rows of a prefix; a row may be reported twice. */
    static void run(IgniteCache<String, byte[]> cache, String prefix, BiConsumer<String, Row> rows) {
        int partitions = cache.unwrap(Ignite.class).affinity(cache.getName()).partitions();
        for (int partition = 0; partition < partitions; partition++) {
            partition(cache, partition, false, new Wanted(prefix, "", false), () -> {}, rows);
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
            } catch (CacheException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Runs where the rows are, so that only matching ones travel. */
    static final class Wanted implements IgniteBiPredicate<String, byte[]> {
        private static final long serialVersionUID = 1L;

        private final String prefix;
        private final String after;
        private final boolean marks;

        /**
         * Rows of a prefix.
         *
         * @param after only keys above this one; empty for all
         * @param marks marks instead of values
         */
        Wanted(String prefix, String after, boolean marks) {
            this.prefix = prefix;
            this.after = after;
            this.marks = marks;
        }

        @Override
        public boolean apply(String key, byte[] row) {
            return key.startsWith(prefix)
                    && (after.isEmpty() || key.compareTo(after) > 0)
                    && Row.parse(row).isMark() == marks;
        }
    }
}

package io.durableserver.ignite;

import java.util.function.BiConsumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.lang.IgniteBiPredicate;

/**
 * Reads all rows of a prefix. Partition by partition, because then Ignite finds a partition's next owner when its node
 * leaves meanwhile; blocks, so it belongs on a thread of its own.
 */
final class DirectoryScan {
    private static final int ATTEMPTS = 5;
    private static final int PAGE = 1_024;

    private DirectoryScan() {}

    /** A row may be reported twice. */
    static void run(IgniteCache<String, byte[]> cache, String prefix, BiConsumer<String, Row> rows) {
        int partitions = cache.unwrap(Ignite.class).affinity(cache.getName()).partitions();
        for (int partition = 0; partition < partitions; partition++) {
            for (int attempt = 1; !scan(cache, prefix, partition, rows, attempt == ATTEMPTS); attempt++) {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean scan(
            IgniteCache<String, byte[]> cache,
            String prefix,
            int partition,
            BiConsumer<String, Row> rows,
            boolean lastAttempt) {
        ScanQuery<String, byte[]> query = new ScanQuery<>(new KeyPrefix(prefix));
        query.setPartition(partition).setPageSize(PAGE);
        try (QueryCursor<Cache.Entry<String, byte[]>> cursor = cache.query(query)) {
            for (Cache.Entry<String, byte[]> entry : cursor) {
                rows.accept(entry.getKey(), Row.parse(entry.getValue()));
            }
            return true;
        } catch (CacheException e) {
            if (lastAttempt) {
                throw e;
            }
            return false;
        }
    }

    /** Runs where the rows are, so that only matching ones travel. */
    private static final class KeyPrefix implements IgniteBiPredicate<String, byte[]> {
        private static final long serialVersionUID = 1L;

        private final String prefix;

        KeyPrefix(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean apply(String key, byte[] row) {
            return key.startsWith(prefix);
        }
    }
}

package io.durableserver.ignite.map;

import io.durableserver.ignite.map.RowBatch.End;
import io.durableserver.ignite.map.RowRequest.Kind;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Page;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a cache where they are, in pieces of bounded size, each of which one node reads of all it is the
 * primary of. A partition that moves meanwhile is read on at its new place. Thread-safe; blocks, so it belongs on a thread
 * of its own.
 */
final class RowReader implements RowChecks.Rows {
    private static final int ATTEMPTS = 6;
    /** The pause after the first attempt; doubles. */
    private static final long PAUSE_MILLIS = 40;

    private static final long ANSWER_MILLIS = 10_000;
    private static final int PIECE = 1_024;

    private final Ignite ignite;
    private final String cache;
    private final Affinity<String> affinity;
    private final ClusterNode self;

    RowReader(IgniteCache<String, byte[]> cache) {
        this.ignite = cache.unwrap(Ignite.class);
        this.cache = cache.getName();
        this.affinity = ignite.affinity(this.cache);
        this.self = ignite.cluster().localNode();
    }

    @Override
    public int partitions() {
        return affinity.partitions();
    }

    @Override
    public int partition(String key) {
        return affinity.partition(key);
    }

    /** As {@link SharedMap#scan}. */
    Page scan(String prefix, String cursor, int limit) {
        return page(Place.of(cursor, partitions()), null, prefix, new PageBuilder(limit));
    }

    /** As {@link SharedMap#owned}. */
    Page owned(String cursor, int limit) {
        return page(Place.of(cursor, partitions()), self, "", new PageBuilder(limit));
    }

    private Page page(Place place, @Nullable ClusterNode only, String prefix, PageBuilder page) {
        while (isLeft(place, only)) {
            if (page.room() == 0) {
                return page.before(place.toString());
            }
            RowBatch batch = next(
                    place,
                    only,
                    asked -> new RowRequest(
                            asked, place.after(), prefix, Kind.VALUES, page.room(), page.roomBytes(), page.isEmpty()));
            batch.forEach((key, row) -> {
                if (!page.add(new Entry(key, row.value(), row.revision()))) {
                    throw new IllegalStateException("a piece that is larger than what was asked for");
                }
            });
            if (batch.end() == End.FULL) {
                return page.before(place.toString());
            }
        }
        return page.last();
    }

    /** The values of a prefix, each once unless nodes come and go. */
    void values(String prefix, BiConsumer<String, Row> rows) {
        all(Place.start(partitions()), null, prefix, Kind.VALUES, rows);
    }

    /** The marks this node is the primary of. */
    void ownMarks(BiConsumer<String, Row> rows) {
        all(Place.start(partitions()), self, "", Kind.MARKS, rows);
    }

    @Override
    public void read(int partition, String prefix, BiConsumer<String, Row> rows) {
        all(Place.before(partition), null, prefix, Kind.ALL, rows);
    }

    private void all(Place place, @Nullable ClusterNode only, String prefix, Kind kind, BiConsumer<String, Row> rows) {
        while (isLeft(place, only)) {
            next(
                            place,
                            only,
                            asked -> new RowRequest(
                                    asked, place.after(), prefix, kind, PIECE, SharedMap.MAX_PAGE_BYTES, true))
                    .forEach(rows);
        }
    }

    private boolean isLeft(Place place, @Nullable ClusterNode only) {
        if (only == null) {
            return !place.isEnd();
        }
        BitSet counted = primary(only);
        place.retain(counted);
        return place.hasLeft(counted);
    }

    /** Makes the request for partitions, the first of which goes on where the place is. */
    private interface Asking {
        RowRequest of(int[] partitions);
    }

    /** The next piece; the place is after it. Tries again while partitions move. */
    private RowBatch next(Place place, @Nullable ClusterNode only, Asking asking) {
        for (int attempt = 1; ; attempt++) {
            IgniteException why;
            try {
                ClusterNode node = only == null ? primary(place.next()) : only;
                int[] asked = place.left(primary(node));
                RowBatch batch = read(node, asking.of(asked));
                place.passed(asked, batch);
                if (batch.isProgress()) {
                    return batch;
                }
                why = new IgniteException(
                        "Partition " + place.next() + " of " + cache + " cannot be read at " + node.id());
            } catch (IgniteException e) {
                why = e;
            }
            if (attempt == ATTEMPTS || !paused(PAUSE_MILLIS << (attempt - 1))) {
                throw why;
            }
        }
    }

    private ClusterNode primary(int partition) {
        ClusterNode primary = affinity.mapPartitionToNode(partition);
        if (primary == null) {
            throw new IgniteException("No node has partition " + partition + " of " + cache);
        }
        return primary;
    }

    private BitSet primary(ClusterNode node) {
        BitSet partitions = new BitSet();
        Arrays.stream(affinity.primaryPartitions(node)).forEach(partitions::set);
        return partitions;
    }

    private RowBatch read(ClusterNode node, RowRequest request) {
        return node.isLocal()
                ? PartitionRows.read(ignite, cache, request)
                : ignite.compute(ignite.cluster().forNode(node))
                        .withNoFailover()
                        .withTimeout(ANSWER_MILLIS)
                        .call(new RowJob(cache, request));
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
}

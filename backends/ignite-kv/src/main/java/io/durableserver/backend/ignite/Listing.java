package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;

/**
 * One page: partition after partition, each in the order of its keys, so that a cursor stays good when the key it names is
 * gone. Every page scans the partition it stands in once and keeps no more than a page of keys in memory. Blocks.
 */
final class Listing {
    private static final int MAX_LIMIT = 1_000;
    private static final Comparator<Backend.Listed> BY_KEY = Comparator.comparing(Backend.Listed::key);

    private final RecordCache cache;
    private final int partitions;
    private final String prefix;
    private final Cursor start;
    private final int limit;

    private Listing(RecordCache cache, int partitions, String prefix, Cursor start, int limit) {
        this.cache = cache;
        this.partitions = partitions;
        this.prefix = prefix;
        this.start = start;
        this.limit = limit;
    }

    /** Throws a {@link ConfigurationException} where the limit is out of its bounds or the cursor is not of a page. */
    static Listing of(RecordCache cache, int partitions, String prefix, Optional<String> cursor, int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw ConfigurationException.option("limit", limit, "1 to " + MAX_LIMIT);
        }
        Cursor start = cursor.map(text -> Cursor.parse(text, partitions)).orElse(Cursor.START);
        return new Listing(cache, partitions, prefix, start, limit);
    }

    /** The page; ends early, with what it has, when nobody waits for it any more. */
    Backend.Page page(BooleanSupplier abandoned) {
        List<Backend.Listed> entries = new ArrayList<>();
        Cursor cursor = start;
        while (cursor.partition() < partitions && !abandoned.getAsBoolean()) {
            int room = limit - entries.size();
            if (room == 0) {
                return new Backend.Page(entries, Optional.of(cursor.text()));
            }
            List<Backend.Listed> smallest = smallest(cursor, room);
            entries.addAll(smallest);
            cursor = smallest.size() < room
                    ? new Cursor(cursor.partition() + 1, "")
                    : new Cursor(cursor.partition(), smallest.get(room - 1).key());
        }
        return new Backend.Page(entries, Optional.empty());
    }

    private List<Backend.Listed> smallest(Cursor cursor, int room) {
        ScanQuery<String, byte[]> scan = new ScanQuery<>(cursor.partition(), new KeyRange(prefix, cursor.after()));
        PriorityQueue<Backend.Listed> kept = new PriorityQueue<>(BY_KEY.reversed());
        try (QueryCursor<byte[]> found = cache.get().query(scan, new ListedEntry())) {
            for (byte[] listed : found) {
                kept.add(ListedEntry.decode(listed));
                if (kept.size() > room) {
                    kept.remove();
                }
            }
        }
        List<Backend.Listed> sorted = new ArrayList<>(kept);
        sorted.sort(BY_KEY);
        return sorted;
    }
}

package io.durableserver.ignite.map;

import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.ignite.IgniteCache;

/**
 * Rows in pages: by partition, and by key within one. A cursor names the partition and the last key, so it needs no memory
 * here and holds on every node. Keeps no more rows than the page; blocks.
 */
final class RowPages {
    private final IgniteCache<String, byte[]> cache;
    private final boolean local;

    /** @param local whether only this node is asked */
    RowPages(IgniteCache<String, byte[]> cache, boolean local) {
        this.cache = cache;
        this.local = local;
    }

    private record Place(int partition, String after) {
        static Place parse(String cursor) {
            int colon = cursor.indexOf(':');
            try {
                return new Place(
                        Integer.parseInt(cursor.substring(0, Math.max(0, colon))), cursor.substring(colon + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a cursor: " + cursor, e);
            }
        }

        @Override
        public String toString() {
            return partition + ":" + after;
        }
    }

    /** @param partitions those to look through, in rising order */
    Page page(int[] partitions, String prefix, Optional<String> cursor, int limit) {
        Place from = cursor.map(Place::parse).orElse(new Place(0, ""));
        List<Entry> entries = new ArrayList<>();
        for (int partition : partitions) {
            if (partition < from.partition()) {
                continue;
            }
            if (entries.size() == limit) {
                return new Page(entries, Optional.of(new Place(partition, "").toString()));
            }
            String after = partition == from.partition() ? from.after() : "";
            SortedMap<String, Row> lowest = lowest(partition, prefix, after, limit - entries.size() + 1);
            for (var row : lowest.entrySet()) {
                if (entries.size() == limit) {
                    Place next = new Place(partition, entries.get(limit - 1).key());
                    return new Page(entries, Optional.of(next.toString()));
                }
                entries.add(new Entry(
                        row.getKey(), row.getValue().value(), row.getValue().revision()));
            }
        }
        return new Page(entries, Optional.empty());
    }

    private SortedMap<String, Row> lowest(int partition, String prefix, String after, int count) {
        TreeMap<String, Row> lowest = new TreeMap<>();
        RowScan.Wanted wanted = new RowScan.Wanted(prefix, after, RowScan.Kind.VALUES);
        RowScan.partition(cache, partition, local, wanted, lowest::clear, (key, row) -> {
            lowest.put(key, row);
            if (lowest.size() > count) {
                lowest.pollLastEntry();
            }
        });
        return lowest;
    }
}

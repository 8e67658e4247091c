package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.backend.ignite.ListedEntry.Found;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;

/**
 * One page: partition after partition, each in the order of its keys, so that a cursor stays good when the key it names is
 * gone. Every page scans the partition it stands in once and keeps no more than a page of keys in memory; records are read
 * afterwards, all of the page together. Blocks.
 */
final class Listing {
    private static final Comparator<Found> BY_KEY = Comparator.comparing(Found::key);

    private final RecordCache cache;
    private final int partitions;
    private final PageRequest request;
    private final Cursor start;

    private Listing(RecordCache cache, int partitions, PageRequest request, Cursor start) {
        this.cache = cache;
        this.partitions = partitions;
        this.request = request;
        this.start = start;
    }

    /** Throws a {@link ConfigurationException} where the cursor is not of a page. */
    static Listing of(RecordCache cache, int partitions, PageRequest request) {
        Cursor start = request.isFirst() ? Cursor.START : Cursor.parse(request.cursor(), partitions);
        return new Listing(cache, partitions, request, start);
    }

    /** The page; ends early, with what it has, when no caller waits for it any more. */
    Backend.Page page(BooleanSupplier abandoned) {
        List<Found> found = new ArrayList<>();
        long bytes = 0;
        Cursor cursor = start;
        while (cursor.partition() < partitions && !abandoned.getAsBoolean()) {
            int room = request.limit() - found.size();
            if (room == 0) {
                return page(found, Optional.of(cursor.text()));
            }
            List<Found> smallest = smallest(cursor, room);
            for (Found one : smallest) {
                if (!request.hasRoom(found.size(), bytes, one.recordBytes())) {
                    return page(found, Optional.of(cursor.text()));
                }
                bytes += one.recordBytes();
                found.add(one);
                cursor = new Cursor(cursor.partition(), one.key());
            }
            if (smallest.size() < room) {
                cursor = new Cursor(cursor.partition() + 1, "");
            }
        }
        return page(found, Optional.empty());
    }

    private List<Found> smallest(Cursor cursor, int room) {
        ScanQuery<String, byte[]> scan =
                new ScanQuery<>(cursor.partition(), new KeyRange(request.prefix(), cursor.after()));
        PriorityQueue<Found> kept = new PriorityQueue<>(BY_KEY.reversed());
        try (QueryCursor<byte[]> found = cache.get().query(scan, new ListedEntry())) {
            for (byte[] listed : found) {
                kept.add(ListedEntry.decode(listed));
                if (kept.size() > room) {
                    kept.remove();
                }
            }
        }
        List<Found> sorted = new ArrayList<>(kept);
        sorted.sort(BY_KEY);
        return sorted;
    }

    private Backend.Page page(List<Found> found, Optional<String> next) {
        return new Backend.Page(
                request.withRecords() && !found.isEmpty()
                        ? withRecords(found)
                        : found.stream().map(Listing::bare).toList(),
                next);
    }

    private static Backend.Listed bare(Found found) {
        return new Backend.Listed(found.key(), found.version());
    }

    private List<Backend.Listed> withRecords(List<Found> found) {
        TreeSet<String> keys = new TreeSet<>();
        found.forEach(one -> keys.add(one.key()));
        Map<String, byte[]> values = cache.get().getAll(keys);
        List<Backend.Listed> entries = new ArrayList<>();
        long bytes = 0;
        for (Found one : found) {
            byte[] value = values.get(one.key());
            if (value == null) {
                continue; // deleted meanwhile
            }
            // A foreign value has no record, and one that grew meanwhile may be too much for this page.
            if (StoredValue.isValue(value) && request.hasRoom(entries.size(), bytes, value.length)) {
                byte[] record = StoredValue.record(value);
                bytes += record.length;
                entries.add(new Backend.Listed(one.key(), StoredValue.version(value), Optional.of(record)));
            } else {
                entries.add(bare(one));
            }
        }
        return entries;
    }
}

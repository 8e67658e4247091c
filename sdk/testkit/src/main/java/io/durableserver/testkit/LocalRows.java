package io.durableserver.testkit;

import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Cas;
import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entries of one shared map of a cluster in this JVM. Thread-safe. */
final class LocalRows {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] value, long revision) {}

    private final MapSpec spec;
    private final TreeMap<String, Row> rows = new TreeMap<>();
    private final List<ChangeFeed> feeds = new ArrayList<>();
    private long revision;

    LocalRows(MapSpec spec) {
        this.spec = spec;
    }

    MapSpec spec() {
        return spec;
    }

    synchronized Optional<byte[]> get(String key) {
        return Optional.ofNullable(rows.get(key)).map(Row::value);
    }

    /** One compare-and-set; null stands for an absent entry. */
    synchronized Cas change(String key, byte @Nullable [] expected, byte @Nullable [] value, String reason) {
        Row row = rows.get(key);
        byte[] now = row == null ? null : row.value();
        if (!Arrays.equals(now, expected)) {
            return new Cas(false, Optional.ofNullable(now), row == null ? 0 : row.revision());
        }
        long next = ++revision;
        if (value == null) {
            rows.remove(key);
            feeds.forEach(feed -> feed.removed(key, next, reason));
        } else {
            rows.put(key, new Row(value, next));
            feeds.forEach(feed -> feed.present(key, value, next));
        }
        // Every change is told once and in order: nothing repeats an old one.
        feeds.forEach(ChangeFeed::forgetRemoved);
        return new Cas(true, Optional.ofNullable(value), next);
    }

    /** Fills a page with the entries of this prefix whose key is wanted; the cursor is the last key. */
    synchronized Page page(String prefix, String cursor, PageBuilder page, Predicate<String> wanted) {
        boolean first = cursor.equals(SharedMap.START);
        for (Map.Entry<String, Row> row :
                rows.tailMap(first ? prefix : cursor, first).entrySet()) {
            String key = row.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            Entry entry = new Entry(key, row.getValue().value(), row.getValue().revision());
            if (wanted.test(key) && !page.add(entry)) {
                return page.before(page.lastKey());
            }
        }
        return page.last();
    }

    /** How many keys are wanted. */
    synchronized long count(Predicate<String> wanted) {
        return rows.keySet().stream().filter(wanted).count();
    }

    synchronized void watch(ChangeFeed feed) {
        feeds.add(feed);
        rows.forEach((key, row) -> feed.present(key, row.value(), row.revision()));
        feed.caughtUp();
    }

    /** The map is closed where this watches. */
    synchronized void end(ChangeFeed feed) {
        feeds.remove(feed);
        feed.end();
    }

    synchronized void unwatch(ChangeFeed feed) {
        feeds.remove(feed);
        feed.close();
    }
}

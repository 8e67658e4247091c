package io.durableserver.spi;

import io.durableserver.spi.SharedMap.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The changes that wait for a slow listener, in their order; merged per key when they are many or large. Not thread-safe.
 */
final class WaitingChanges {
    /** Of the objects of a change, roughly, so that many small ones count as well. */
    private static final long OVERHEAD = 128;

    private List<Change> changes = new ArrayList<>();
    private long bytes;
    private int mergeAt = ChangeFeed.MERGE_AT;

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Adds one; false when more waits than may: what waits is then of no use. */
    boolean add(Change change) {
        changes.add(change);
        bytes += size(change);
        if (changes.size() < mergeAt && bytes <= ChangeFeed.MAX_WAITING_BYTES) {
            return true;
        }
        merge();
        // A quarter is free after a merge, so that the next one is not due with the next change.
        return bytes <= ChangeFeed.MAX_WAITING_BYTES / 4 * 3;
    }

    private static long size(Change change) {
        return OVERHEAD
                + change.key().length()
                + change.before().map(value -> value.length).orElse(0)
                + change.after().map(value -> value.length).orElse(0);
    }

    private void merge() {
        changes = new ArrayList<>(merged(changes));
        bytes = changes.stream().mapToLong(WaitingChanges::size).sum();
        mergeAt = Math.max(ChangeFeed.MERGE_AT, 2 * changes.size());
    }

    private static Collection<Change> merged(List<Change> changes) {
        Map<String, Change> merged = new LinkedHashMap<>();
        for (Change change : changes) {
            Change first = merged.remove(change.key());
            Optional<byte[]> before = first == null ? change.before() : first.before();
            if (before.isPresent() || change.after().isPresent()) {
                merged.put(
                        change.key(),
                        new Change(change.key(), before, change.after(), change.revision(), change.reason()));
            }
        }
        return merged.values();
    }

    /** Takes the oldest, at most so many. */
    List<Change> take(int most) {
        List<Change> head = changes.subList(0, Math.min(most, changes.size()));
        List<Change> taken = List.copyOf(head);
        head.clear();
        taken.forEach(change -> bytes -= size(change));
        if (changes.isEmpty()) {
            clear();
        }
        return taken;
    }

    void clear() {
        changes = new ArrayList<>();
        bytes = 0;
        mergeAt = ChangeFeed.MERGE_AT;
    }
}

package io.durableserver.spi;

import io.durableserver.Registration;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a {@link SharedMap}, for those who implement one: takes the rows of a scan and the changes, in whatever
 * order they come and however often, and calls the listener as {@link SharedMap#watch} promises. The revisions of a key
 * decide what is new. Thread-safe; no method waits for the listener.
 *
 * <p>Remembers what the listener was told of each key of its prefix, and of removed keys until {@link #forgetRemoved} was
 * called twice. Waiting changes are merged per key from {@value #MERGE_AT} on, so a slow listener costs no more than that.
 */
public final class ChangeFeed implements Registration {
    /** The most changes in one call. */
    public static final int MAX_BATCH = 1_000;

    /** How many changes may wait unmerged. */
    public static final int MERGE_AT = 10_000;

    /** What is known of a key; no value when it was removed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(byte @Nullable [] value, long revision) {}

    private final String prefix;
    private final Listener listener;
    private final Executor executor;
    private final Consumer<Throwable> failed;
    private final Map<String, Known> known = new HashMap<>();
    private Set<String> removed = new HashSet<>();
    private Set<String> removedBefore = Set.of();
    private List<Change> waiting = new ArrayList<>();
    private int mergeAt = MERGE_AT;
    private boolean catchUpDue;
    private boolean caughtUp;
    private boolean delivering;
    private boolean closed;

    /**
     * A watch that has been told nothing yet.
     *
     * @param executor calls the listener; one task at a time
     * @param failed is told what the listener throws
     */
    public ChangeFeed(String prefix, Listener listener, Executor executor, Consumer<Throwable> failed) {
        this.prefix = prefix;
        this.listener = listener;
        this.executor = executor;
        this.failed = failed;
    }

    public String prefix() {
        return prefix;
    }

    /** An entry holds a value: a row of a scan, or a change. */
    public void present(String key, byte[] value, long revision) {
        if (key.startsWith(prefix)) {
            add(key, value, revision, "");
        }
    }

    /** An entry was removed; the revision is above that of the value it held. */
    public void removed(String key, long revision, String reason) {
        if (key.startsWith(prefix)) {
            add(key, null, revision, reason);
        }
    }

    /** All rows of the first scan were given. */
    public synchronized void caughtUp() {
        if (!caughtUp) {
            caughtUp = true;
            catchUpDue = true;
            deliverSoon();
        }
    }

    private synchronized void add(String key, byte @Nullable [] value, long revision, String reason) {
        Known last = known.get(key);
        if (closed || (last != null && last.revision >= revision)) {
            return;
        }
        known.put(key, new Known(value, revision));
        if (value == null) {
            removed.add(key);
        }
        byte[] before = last == null ? null : last.value;
        if (before == null && value == null) {
            return;
        }
        waiting.add(new Change(key, Optional.ofNullable(before), Optional.ofNullable(value), revision, reason));
        if (waiting.size() >= mergeAt) {
            merge();
        }
        deliverSoon();
    }

    private void merge() {
        Map<String, Change> merged = new LinkedHashMap<>();
        for (Change change : waiting) {
            Change first = merged.remove(change.key());
            Optional<byte[]> before = first == null ? change.before() : first.before();
            if (before.isPresent() || change.after().isPresent()) {
                merged.put(
                        change.key(),
                        new Change(change.key(), before, change.after(), change.revision(), change.reason()));
            }
        }
        waiting = new ArrayList<>(merged.values());
        mergeAt = Math.max(MERGE_AT, 2 * waiting.size());
    }

    /** The keys that are there as far as this watch knows, with their revisions. */
    public synchronized Map<String, Long> live() {
        Map<String, Long> live = new HashMap<>();
        known.forEach((key, last) -> {
            if (last.value != null) {
                live.put(key, last.revision);
            }
        });
        return live;
    }

    /** A key is not there any more although nobody said so, unless something was said since {@link #live}. */
    public synchronized void vanished(String key, long revision) {
        Known last = known.get(key);
        if (last != null && last.revision == revision) {
            removed(key, revision + 1, SharedMap.LOST);
        }
    }

    /** Called now and then: what was removed before the last call is so old that nothing repeats it any more. */
    public synchronized void forgetRemoved() {
        for (String key : removedBefore) {
            Known last = known.get(key);
            if (last != null && last.value == null && !removed.contains(key)) {
                known.remove(key);
            }
        }
        removedBefore = removed;
        removed = new HashSet<>();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        waiting = new ArrayList<>();
        known.clear();
    }

    private void deliverSoon() {
        if (!delivering && !closed) {
            delivering = true;
            try {
                executor.execute(this::deliver);
            } catch (RejectedExecutionException ended) {
                // The node has stopped, and with it everybody who listened.
                close();
            }
        }
    }

    private void deliver() {
        for (List<Change> batch = next(); batch != null; batch = next()) {
            try {
                if (batch.isEmpty()) {
                    listener.caughtUp();
                } else {
                    listener.changed(batch);
                }
            } catch (RuntimeException | Error thrown) {
                failed.accept(thrown);
            }
        }
    }

    /** What to tell next; nothing but the end of the first scan when it is empty, and null when there is nothing. */
    private synchronized @Nullable List<Change> next() {
        if (!closed && !waiting.isEmpty()) {
            List<Change> head = waiting.subList(0, Math.min(MAX_BATCH, waiting.size()));
            List<Change> batch = List.copyOf(head);
            head.clear();
            if (waiting.isEmpty()) {
                mergeAt = MERGE_AT;
            }
            return batch;
        }
        if (!closed && catchUpDue) {
            catchUpDue = false;
            return List.of();
        }
        delivering = false;
        return null;
    }
}

package io.durableserver.spi;

import io.durableserver.Registration;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayList;
import java.util.Collection;
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
    /** How many of the waiting changes come before the end of the first scan, when that is due. */
    private int beforeCaughtUp;

    private boolean catchUpDue;
    private boolean caughtUp;
    private boolean delivering;
    private boolean closed;

    /**
     * A watch that has been told nothing yet.
     *
     * @param executor calls the listener; one task at a time
     * @param failed is told what the listener throws, and the executor, but for a refusal, which closes the watch
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
            beforeCaughtUp = waiting.size();
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

    /** What comes before the end of the first scan stays before it. */
    private void merge() {
        List<Change> merged = new ArrayList<>(merged(waiting.subList(0, beforeCaughtUp)));
        List<Change> after = waiting.subList(beforeCaughtUp, waiting.size());
        beforeCaughtUp = merged.size();
        merged.addAll(merged(after));
        waiting = merged;
        mergeAt = Math.max(MERGE_AT, 2 * waiting.size());
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

    /** The keys that are there as far as this watch knows, with their revisions. */
    public synchronized Map<String, Long> live() {
        return revisions(true);
    }

    /** The keys that this watch remembers to be removed, with the revisions of their removals. */
    public synchronized Map<String, Long> gone() {
        return revisions(false);
    }

    private Map<String, Long> revisions(boolean live) {
        Map<String, Long> revisions = new HashMap<>();
        known.forEach((key, last) -> {
            if (live == (last.value != null)) {
                revisions.put(key, last.revision);
            }
        });
        return revisions;
    }

    /**
     * A key is not there any more although nobody said so, unless something was said since {@link #live}.
     *
     * @param reason {@link SharedMap#LOST} when all nodes that held it are gone; empty when the news of its removal is lost
     */
    public synchronized void vanished(String key, long revision, String reason) {
        Known last = known.get(key);
        if (last != null && last.value != null && last.revision == revision) {
            removed(key, revision + 1, reason);
        }
    }

    /**
     * A key has a lower revision than this watch has heard of, for certain: it was written anew where nobody remembered the
     * old one. Not when something was said since.
     *
     * @param heard the revision of {@link #live} or {@link #gone}
     */
    public synchronized void wentBack(String key, byte[] value, long revision, long heard) {
        Known last = known.get(key);
        if (last != null && last.revision == heard && revision < heard) {
            known.put(key, new Known(last.value, revision - 1));
            present(key, value, revision);
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
        beforeCaughtUp = 0;
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
            } catch (RuntimeException | Error noThread) {
                // The next change tries again.
                delivering = false;
                failed.accept(noThread);
            }
        }
    }

    private void deliver() {
        boolean allTold = false;
        try {
            for (List<Change> batch = next(); batch != null; batch = next()) {
                tell(batch);
            }
            allTold = true;
        } finally {
            if (!allTold) {
                goOn();
            }
        }
    }

    private void tell(List<Change> batch) {
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

    private synchronized void goOn() {
        delivering = false;
        if (!waiting.isEmpty() || catchUpDue) {
            deliverSoon();
        }
    }

    /** What to tell next; nothing but the end of the first scan when it is empty, and null when there is nothing. */
    private synchronized @Nullable List<Change> next() {
        if (!closed && catchUpDue && beforeCaughtUp == 0) {
            catchUpDue = false;
            return List.of();
        }
        if (!closed && !waiting.isEmpty()) {
            int most = Math.min(MAX_BATCH, catchUpDue ? beforeCaughtUp : waiting.size());
            List<Change> head = waiting.subList(0, most);
            List<Change> batch = List.copyOf(head);
            head.clear();
            beforeCaughtUp = Math.max(0, beforeCaughtUp - most);
            if (waiting.isEmpty()) {
                mergeAt = MERGE_AT;
            }
            return batch;
        }
        delivering = false;
        return null;
    }
}

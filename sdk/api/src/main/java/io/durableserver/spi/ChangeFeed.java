package io.durableserver.spi;

import io.durableserver.Registration;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a {@link SharedMap}, for those who implement one: takes the rows of a scan and the changes, in whatever
 * order they come and however often, and calls the listener as {@link SharedMap#watch} promises. The revisions of a key
 * decide what is new. Thread-safe; no method waits for the listener.
 *
 * <p>Remembers what the listener was told of each key of its prefix, and of removed keys until {@link #forgetRemoved} was
 * called twice. Of entries the listener was never told of, only the keys wait. Changes that wait are merged per key from
 * {@value #MERGE_AT} on, or from {@value #MAX_WAITING_BYTES} bytes; when that is not enough the listener begins anew.
 */
public final class ChangeFeed implements Registration {
    /** The most changes in one call. */
    public static final int MAX_BATCH = 1_000;

    /** How many changes may wait unmerged. */
    public static final int MERGE_AT = 10_000;

    /** How many bytes may wait for a listener: keys, values before and after, and what each change takes besides: 16 MiB. */
    public static final long MAX_WAITING_BYTES = 16 << 20;

    /** What a watch reports of its listener to the map. Called where it comes out, also under the lock of the watch: returns at once. */
    @FunctionalInterface
    public interface Reports {
        /** The listener threw, or there was no thread to call it. */
        void failed(Throwable thrown);

        /** More than {@value #MAX_WAITING_BYTES} bytes waited, and were dropped. Not reported again until nothing waits any more. */
        default void behind() {}
    }

    /** What is known of a key; no value when it was removed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(byte @Nullable [] value, long revision) {}

    private final String prefix;
    private final Listener listener;
    private final Executor executor;
    private final Reports reports;
    private final Map<String, Known> known = new HashMap<>();
    /** Keys that are there and of which the listener was told nothing since it began. */
    private final Set<String> untold = new LinkedHashSet<>();

    private final WaitingChanges waiting = new WaitingChanges();
    private Set<String> removed = new HashSet<>();
    private Set<String> removedBefore = Set.of();
    private boolean scanned;
    private boolean gapDue;
    private boolean behind;
    private boolean catchUpDue;
    private boolean endDue;
    private boolean delivering;
    private boolean closed;

    /**
     * A watch that has been told nothing yet.
     *
     * @param executor calls the listener; one task at a time
     * @param reports also takes what the executor throws, but for a refusal, which closes the watch
     */
    public ChangeFeed(String prefix, Listener listener, Executor executor, Reports reports) {
        this.prefix = prefix;
        this.listener = listener;
        this.executor = executor;
        this.reports = reports;
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
        if (!scanned && !isClosed()) {
            scanned = true;
            catchUpDue = true;
            deliverSoon();
        }
    }

    private synchronized void add(String key, byte @Nullable [] value, long revision, String reason) {
        Known last = known.get(key);
        if (isClosed() || (last != null && last.revision >= revision)) {
            return;
        }
        known.put(key, new Known(value, revision));
        if (value == null) {
            removed.add(key);
            if (untold.remove(key)) {
                return;
            }
        }
        byte[] before = last == null ? null : last.value;
        if (before == null && value == null) {
            return;
        }
        boolean ofTheScan = last == null && !scanned;
        if (ofTheScan) {
            untold.add(key);
        } else if (!untold.contains(key)
                && !waiting.add(
                        new Change(key, Optional.ofNullable(before), Optional.ofNullable(value), revision, reason))) {
            fallBehind();
        }
        deliverSoon();
    }

    private void fallBehind() {
        if (!behind) {
            behind = true;
            reports.behind();
        }
        beginAnew();
    }

    /**
     * What the listener was told is void, as when more waits than may, or a map knows that it missed changes: the listener is
     * told of the gap, and then of everything that is there.
     */
    public synchronized void beginAnew() {
        if (isClosed()) {
            return;
        }
        waiting.clear();
        untold.clear();
        known.forEach((key, last) -> {
            if (last.value != null) {
                untold.add(key);
            }
        });
        gapDue = true;
        catchUpDue = scanned;
        deliverSoon();
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
     * A key is not there any more although no removal was given, unless a change was given since {@link #live}.
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
     * A key has a lower revision than this watch has heard of, for certain: it was written anew where the old one was not
     * remembered. Not when a change was given since.
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
        if (!scanned) {
            return; // a key nobody remembers would pass for one of the scan
        }
        for (String key : removedBefore) {
            Known last = known.get(key);
            if (last != null && last.value == null && !removed.contains(key)) {
                known.remove(key);
            }
        }
        removedBefore = removed;
        removed = new HashSet<>();
    }

    /** Whether nothing is taken any more. */
    public synchronized boolean isClosed() {
        return closed || endDue;
    }

    /** The map is closed: what waits is dropped, and the listener is told of the end, after which there is nothing. */
    public synchronized void end() {
        if (!isClosed()) {
            forget();
            endDue = true;
            deliverSoon();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        forget();
    }

    private void forget() {
        waiting.clear();
        untold.clear();
        known.clear();
        gapDue = false;
        catchUpDue = false;
    }

    private void deliverSoon() {
        if (!delivering && !closed) {
            delivering = true;
            try {
                executor.execute(this::deliver);
            } catch (RejectedExecutionException ended) {
                // The node has stopped, and its listeners with it.
                close();
            } catch (RuntimeException | Error noThread) {
                // The next change tries again.
                delivering = false;
                reports.failed(noThread);
            }
        }
    }

    private void deliver() {
        boolean allTold = false;
        try {
            for (Runnable call = next(); call != null; call = next()) {
                tell(call);
            }
            allTold = true;
        } finally {
            if (!allTold) {
                goOn();
            }
        }
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error thrown) {
            reports.failed(thrown);
        }
    }

    private synchronized void goOn() {
        delivering = false;
        if (endDue || gapDue || catchUpDue || !untold.isEmpty() || !waiting.isEmpty()) {
            deliverSoon();
        }
    }

    /** The next call of the listener; null when there is none. */
    private synchronized @Nullable Runnable next() {
        if (closed) {
            delivering = false;
            return null;
        }
        if (endDue) {
            closed = true;
            return listener::closed;
        }
        if (gapDue) {
            gapDue = false;
            return listener::gap;
        }
        if (!untold.isEmpty()) {
            List<Change> entries = takeUntold();
            return () -> listener.changed(entries);
        }
        if (catchUpDue) {
            catchUpDue = false;
            return listener::caughtUp;
        }
        if (!waiting.isEmpty()) {
            List<Change> changes = waiting.take(MAX_BATCH);
            return () -> listener.changed(changes);
        }
        delivering = false;
        behind = false;
        return null;
    }

    private List<Change> takeUntold() {
        List<Change> entries = new ArrayList<>();
        for (Iterator<String> keys = untold.iterator(); keys.hasNext() && entries.size() < MAX_BATCH; keys.remove()) {
            String key = keys.next();
            Known last = Objects.requireNonNull(known.get(key));
            entries.add(new Change(key, Optional.empty(), Optional.ofNullable(last.value), last.revision, ""));
        }
        return entries;
    }
}

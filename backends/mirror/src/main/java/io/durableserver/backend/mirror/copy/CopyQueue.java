package io.durableserver.backend.mirror.copy;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Spaced;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The keys this handle still has to mirror. One copy of a key runs at a time; changes that come meanwhile
 * are one more copy after it, since a copy takes what the authority holds when it runs. A copy that fails is repaired in the
 * background: it is tried again, ever more rarely, until it succeeds. The number of keys is bounded (P7); what finds no room
 * is counted as lost, and only a comparison of the stores finds it. Thread-safe.
 */
public final class CopyQueue {
    private static final long FIRST_BACKOFF_MILLIS = 50;
    private static final long MAX_BACKOFF_MILLIS = 10_000;
    /** A key that is written all the time is caught between two writes. */
    private static final long MAX_MOVING_MILLIS = 400;

    private final Copier copier;
    private final Timers timers;
    private final int maxPending;
    private final int maxRunning;
    private final long freshNanos;
    private final StoreFacts facts;
    private final Spaced failing = Spaced.lines();
    private final Spaced losing = Spaced.lines();
    private final Map<String, QueuedKey> queue = new HashMap<>();
    private final Deque<QueuedKey> ready = new ArrayDeque<>();
    private Side from = Side.SOURCE;
    private int running;
    private boolean pumping;
    private int reserved;
    private long lost;
    private boolean ended;

    /**
     * No keys yet.
     *
     * @param fresh how long what is known of a record counts, before a copy begins
     */
    public CopyQueue(Copier copier, Timers timers, int maxPending, int maxRunning, Duration fresh, StoreFacts facts) {
        this.copier = copier;
        this.timers = timers;
        this.maxPending = maxPending;
        this.maxRunning = maxRunning;
        this.freshNanos = fresh.toNanos();
        this.facts = facts;
    }

    /** The most keys it has room for. */
    public int bound() {
        return maxPending;
    }

    /** Keys that are not mirrored yet. */
    public synchronized int pending() {
        return queue.size();
    }

    /** Keys that will not be mirrored by this handle, counted since it was opened. */
    public synchronized long lost() {
        return lost;
    }

    /**
     * Keeps room for a key that is about to be written, until {@link #release}. Without it, writes that are admitted together
     * could meet a full queue after they were stored.
     *
     * @return whether there is room
     */
    public synchronized boolean reserve(String key) {
        boolean room = queue.size() + reserved < maxPending || queue.containsKey(key);
        reserved += room ? 1 : 0;
        return room;
    }

    /** The write has been told by {@link #changed}, or changed nothing. */
    public synchronized void release() {
        reserved--;
    }

    /**
     * The authoritative record of a key has changed, or may have.
     *
     * @param force whether the change began or ended a life of the key, so that a newer mirror is explained
     * @param evidence what this handle knows of the record now
     * @param follow what was changed, when it can be mirrored without reading
     * @param room whether room was reserved for it
     * @return as {@link #mirrored}
     */
    public CompletableFuture<Optional<Throwable>> changed(
            Side authority, String key, boolean force, Evidence evidence, @Nullable Follow follow, boolean room) {
        CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
        QueuedKey queued;
        boolean start = false;
        synchronized (this) {
            QueuedKey present = queue.get(key);
            if (ended || authority != from || (present == null && !room && queue.size() >= maxPending)) {
                lost++;
                tellLost();
                end.complete(Optional.of(gone()));
                return end;
            }
            queued = present == null ? new QueuedKey(key) : present;
            queued.force |= force;
            queued.evidence = evidence;
            queued.knownAt = timers.nanoTime();
            queued.waiting.add(end);
            if (present != null) {
                queued.again = true;
            } else {
                queue.put(key, queued);
                start = running < maxRunning;
                if (start) {
                    running++;
                } else {
                    ready.add(queued);
                }
            }
        }
        if (start) {
            run(queued, follow);
        }
        return end;
    }

    /** Completes when the mirror has what the authority has now; empty, or with what keeps it from that. */
    public CompletableFuture<Optional<Throwable>> mirrored(String key) {
        synchronized (this) {
            QueuedKey queued = queue.get(key);
            if (queued == null) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
            queued.waiting.add(end);
            return end;
        }
    }

    /** The other store is the authority now. Keys of the direction before are left to the comparison. */
    public void direction(Side authority) {
        List<QueuedKey> dropped;
        synchronized (this) {
            if (authority == from) {
                return;
            }
            from = authority;
            dropped = dropAll();
        }
        dropped.forEach(queued -> end(queued, Optional.of(gone())));
    }

    public void close() {
        List<QueuedKey> dropped;
        synchronized (this) {
            ended = true;
            dropped = dropAll();
        }
        dropped.forEach(queued -> end(queued, Optional.of(gone())));
    }

    private List<QueuedKey> dropAll() {
        List<QueuedKey> dropped = new ArrayList<>(queue.values());
        lost += dropped.size();
        queue.clear();
        ready.clear();
        return dropped;
    }

    private void run(QueuedKey queued, @Nullable Follow follow) {
        Side side;
        boolean force;
        synchronized (this) {
            side = from;
            force = queued.force;
            if (queued.failures > 0 || timers.nanoTime() - queued.knownAt > freshNanos) {
                // Others may have changed the key while it waited, and have mirrored that.
                queued.evidence = new Evidence.None();
            }
            queued.again = false;
            queued.served = queued.waiting;
            queued.waiting = new ArrayList<>();
        }
        CompletableFuture<Copied> copy = follow == null
                ? copier.copy(side, queued.key, force, () -> evidence(queued))
                : copier.follow(side, queued.key, follow, () -> evidence(queued));
        var unused = copy.whenComplete(
                (copied, defect) -> ended(queued, defect == null ? copied : new Copied.Failed(Futures.unwrap(defect))));
    }

    private synchronized Evidence evidence(QueuedKey queued) {
        return queued.evidence;
    }

    private void ended(QueuedKey queued, Copied copied) {
        List<CompletableFuture<Optional<Throwable>>> served = List.of();
        long backoffMillis = -1;
        synchronized (this) {
            running--;
            if (queue.get(queued.key) == queued) {
                if (copied instanceof Copied.Same) {
                    if (queue.size() == 1 && failing.over()) {
                        facts.tell(StoreEvent.CopiesCaughtUp::new);
                    }
                    served = settled(queued);
                } else {
                    queued.waiting.addAll(queued.served);
                    long most = copied instanceof Copied.Unsettled ? MAX_MOVING_MILLIS : MAX_BACKOFF_MILLIS;
                    backoffMillis = Math.min(most, FIRST_BACKOFF_MILLIS << Math.min(queued.failures, 10));
                    queued.failures++;
                    tell(queued, copied);
                }
                queued.served = new ArrayList<>();
            }
        }
        if (backoffMillis >= 0) {
            timers.schedule(Duration.ofMillis(backoffMillis), () -> retry(queued));
        }
        complete(served, Optional.empty());
        pump();
    }

    /** Under the lock. */
    private List<CompletableFuture<Optional<Throwable>>> settled(QueuedKey queued) {
        queued.failures = 0;
        queued.toldAhead = false;
        queued.force = queued.again && queued.force;
        if (queued.again) {
            ready.add(queued);
        } else {
            queue.remove(queued.key);
            // A wait that came while the copy ran, without a change of its own, is served by it too.
            queued.served.addAll(queued.waiting);
        }
        return queued.served;
    }

    /** Under the lock. A newer mirror stays here, and in the way of a cut-over, until an operator decides about it. */
    private void tell(QueuedKey queued, Copied copied) {
        if (copied instanceof Copied.Failed failed) {
            if (failing.due(timers.nanoTime())) {
                facts.tell((store, rollout) -> new StoreEvent.CopiesFailing(
                        store,
                        rollout,
                        queued.key,
                        queue.size(),
                        failing.passed(),
                        ErrorCode.of(failed.cause()),
                        String.valueOf(failed.cause())));
            }
        } else if (copied instanceof Copied.Ahead && !queued.toldAhead) {
            queued.toldAhead = true;
            facts.tell((store, rollout) -> new StoreEvent.CopyAhead(store, rollout, queued.key));
        }
    }

    /** Under the lock. */
    private void tellLost() {
        if (losing.due(timers.nanoTime())) {
            long count = lost;
            facts.tell((store, rollout) -> new StoreEvent.CopiesLost(store, rollout, count));
        }
    }

    private void retry(QueuedKey queued) {
        synchronized (this) {
            if (queue.get(queued.key) != queued) {
                return;
            }
            ready.add(queued);
        }
        pump();
    }

    /** One thread at a time starts what is ready; a copy that ends at once must not start the next one from within. */
    private void pump() {
        QueuedKey next = claim(true);
        while (next != null) {
            run(next, null);
            next = claim(false);
        }
    }

    private synchronized @Nullable QueuedKey claim(boolean entering) {
        if (entering && pumping) {
            return null;
        }
        QueuedKey next = running < maxRunning ? ready.poll() : null;
        pumping = next != null;
        if (next != null) {
            running++;
        }
        return next;
    }

    private static void end(QueuedKey queued, Optional<Throwable> problem) {
        complete(queued.waiting, problem);
        complete(queued.served, problem);
    }

    private static void complete(List<CompletableFuture<Optional<Throwable>>> waiting, Optional<Throwable> problem) {
        waiting.forEach(end -> end.complete(problem));
    }

    private static NotAppliedException gone() {
        return new NotAppliedException(
                NotAppliedException.Reason.OVERLOADED,
                "The key is not mirrored: the queue is full, the mirror closed, or the rollout moved on",
                Map.of());
    }
}

package io.durableserver.ignite.map;

import static org.apache.ignite.events.EventType.EVT_NODE_FAILED;
import static org.apache.ignite.events.EventType.EVT_NODE_LEFT;

import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.events.Event;
import org.apache.ignite.lang.IgnitePredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the marks that removals with a reason leave, once watchers were told: the node that made one drops it, and when a
 * node is gone, the primaries drop what they find.
 */
final class RemovalMarks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemovalMarks.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    /** The time after which the others have agreed on the partitions of a node that left. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    /** How many marks that could not be dropped are remembered. */
    private static final int MAX_WAITING = 10_000;

    private final Ignite ignite;
    private final IgniteCache<String, byte[]> cache;
    private final RowReader rows;
    private final Executor scans;
    private final Scheduler scheduler;
    private final IgnitePredicate<Event> nodeLeft = this::onNodeLeft;
    private final AtomicBoolean sweepDue = new AtomicBoolean();
    private Map<String, DropMark> waiting = new HashMap<>();
    private boolean timed;
    private volatile boolean closed;

    RemovalMarks(
            Ignite ignite, IgniteCache<String, byte[]> cache, RowReader rows, Executor scans, Scheduler scheduler) {
        this.ignite = ignite;
        this.cache = cache;
        this.rows = rows;
        this.scans = scans;
        this.scheduler = scheduler;
        ignite.events().localListen(nodeLeft, EVT_NODE_LEFT, EVT_NODE_FAILED);
    }

    /** Drops one; tries again until it is dropped or this is closed. */
    void drop(String key, long operationHigh, long operationLow) {
        drop(key, new DropMark(operationHigh, operationLow));
    }

    private void drop(String key, DropMark drop) {
        if (closed) {
            return;
        }
        try {
            cache.invokeAsync(key, drop).listen(done -> {
                try {
                    var unused = done.get();
                } catch (CacheException | IgniteException | IllegalStateException e) {
                    later(key, drop, e);
                }
            });
        } catch (CacheException | IgniteException | IllegalStateException e) {
            later(key, drop, e);
        }
    }

    /** One timer for all that wait. */
    private synchronized void later(String key, DropMark drop, RuntimeException why) {
        LOG.debug("The mark of a removal in {} is dropped later", cache.getName(), why);
        if (waiting.size() == MAX_WAITING && !waiting.containsKey(key)) {
            LOG.warn("Marks of removals in {} stay until the next node leaves: {} wait", cache.getName(), MAX_WAITING);
            return;
        }
        waiting.put(key, drop);
        if (!timed && !closed) {
            timed = true;
            var unused = scheduler.schedule(AGAIN, this::again);
        }
    }

    private void again() {
        Map<String, DropMark> due;
        synchronized (this) {
            timed = false;
            due = waiting;
            waiting = new HashMap<>();
        }
        due.forEach(this::drop);
    }

    private boolean onNodeLeft(Event event) {
        sweepLater();
        return !closed;
    }

    private void sweepLater() {
        if (!closed && sweepDue.compareAndSet(false, true)) {
            var unused = scheduler.schedule(SETTLED, () -> {
                sweepDue.set(false);
                try {
                    scans.execute(this::sweep);
                } catch (RejectedExecutionException e) {
                    // Closed: the node stops, or the cluster was deactivated.
                }
            });
        }
    }

    /** Drops the marks this node is the primary of. */
    private void sweep() {
        if (closed) {
            return;
        }
        Map<String, Row> found = new HashMap<>();
        try {
            rows.ownMarks(found::put);
        } catch (CacheException | IgniteException | IllegalStateException e) {
            LOG.debug("Marks of removals in {} are looked for again", cache.getName(), e);
            sweepLater();
        }
        found.forEach((key, row) -> drop(key, row.operationHigh(), row.operationLow()));
    }

    @Override
    public void close() {
        closed = true;
        ignite.events().stopLocalListen(nodeLeft);
    }
}

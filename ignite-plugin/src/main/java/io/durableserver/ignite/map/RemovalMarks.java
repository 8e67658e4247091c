package io.durableserver.ignite.map;

import static org.apache.ignite.events.EventType.EVT_NODE_FAILED;
import static org.apache.ignite.events.EventType.EVT_NODE_LEFT;

import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
    /** When the others have agreed on the partitions of a node that left. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    private final Ignite ignite;
    private final IgniteCache<String, byte[]> cache;
    private final Executor scans;
    private final Scheduler scheduler;
    private final IgnitePredicate<Event> nodeLeft = this::onNodeLeft;
    private volatile boolean closed;

    RemovalMarks(Ignite ignite, IgniteCache<String, byte[]> cache, Executor scans, Scheduler scheduler) {
        this.ignite = ignite;
        this.cache = cache;
        this.scans = scans;
        this.scheduler = scheduler;
        ignite.events().localListen(nodeLeft, EVT_NODE_LEFT, EVT_NODE_FAILED);
    }

    /** Drops one; tries again until it is dropped or this is closed. */
    void drop(String key, long operationHigh, long operationLow) {
        if (closed) {
            return;
        }
        DropMark drop = new DropMark(operationHigh, operationLow);
        try {
            cache.invokeAsync(key, drop).listen(done -> {
                try {
                    var unused = done.get();
                } catch (CacheException | IgniteException e) {
                    later(key, operationHigh, operationLow, e);
                }
            });
        } catch (CacheException | IgniteException | IllegalStateException e) {
            later(key, operationHigh, operationLow, e);
        }
    }

    private void later(String key, long operationHigh, long operationLow, RuntimeException why) {
        LOG.debug("The mark of a removal in {} is dropped later", cache.getName(), why);
        var unused = scheduler.schedule(AGAIN, () -> drop(key, operationHigh, operationLow));
    }

    private boolean onNodeLeft(Event event) {
        var unused = scheduler.schedule(SETTLED, () -> {
            try {
                scans.execute(this::sweep);
            } catch (RejectedExecutionException e) {
                // Closed: the node stops, or the cluster was deactivated.
            }
        });
        return !closed;
    }

    /** Drops the marks this node is the primary of. */
    void sweep() {
        if (closed) {
            return;
        }
        Map<String, Row> found = new HashMap<>();
        try {
            int[] own = ignite.affinity(cache.getName())
                    .primaryPartitions(ignite.cluster().localNode());
            for (int partition : own) {
                RowScan.partition(cache, partition, true, new RowScan.Wanted("", "", true), () -> {}, found::put);
            }
        } catch (CacheException | IgniteException | IllegalStateException e) {
            LOG.debug("Marks of removals in {} are looked for when the next node leaves", cache.getName(), e);
        }
        found.forEach((key, row) -> drop(key, row.operationHigh(), row.operationLow()));
    }

    @Override
    public void close() {
        closed = true;
        ignite.events().stopLocalListen(nodeLeft);
    }
}

package io.durableserver.ignite;

import static org.apache.ignite.events.EventType.EVT_NODE_FAILED;
import static org.apache.ignite.events.EventType.EVT_NODE_LEFT;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.SharedMap.Listener;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import javax.cache.Cache;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteEvents;
import org.apache.ignite.cache.query.ContinuousQuery;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.events.Event;
import org.apache.ignite.lang.IgnitePredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of a directory: one continuous query for the node, fanned out here, because every further query costs each
 * write of the cluster. A watcher first joins the fan-out and then scans, so nothing falls between.
 */
final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final Duration RETRY = Duration.ofMillis(200);
    /** When rows are checked after a node left: soon, and when the others have certainly agreed on its partitions. */
    private static final List<Duration> CHECKS = List.of(Duration.ofMillis(500), Duration.ofSeconds(3));

    private static final Duration FORGET_REMOVED = Duration.ofMinutes(1);

    private final IgniteCache<String, byte[]> cache;
    private final Executor scans;
    private final Scheduler scheduler;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final QueryCursor<Cache.Entry<String, byte[]>> query;
    private final IgniteEvents events;
    private final IgnitePredicate<Event> nodeLeft = this::onNodeLeft;
    private volatile Registration timer = () -> {};
    private volatile boolean closed;

    /** Blocks until the query runs on all nodes; when that fails, the cache is let go of. */
    static DirectoryWatch of(MemoryCache memory, Executor scans, Scheduler scheduler) {
        try {
            return new DirectoryWatch(memory.cache(), scans, scheduler);
        } catch (RuntimeException failure) {
            memory.close();
            throw failure;
        }
    }

    private DirectoryWatch(IgniteCache<String, byte[]> cache, Executor scans, Scheduler scheduler) {
        this.cache = cache;
        this.scans = scans;
        this.scheduler = scheduler;
        ContinuousQuery<String, byte[]> continuous = new ContinuousQuery<>();
        continuous.setLocalListener(events -> events.forEach(this::onEvent));
        this.query = cache.query(continuous);
        this.events = cache.unwrap(Ignite.class).events();
        events.localListen(nodeLeft, EVT_NODE_LEFT, EVT_NODE_FAILED);
        forgetLater();
    }

    Registration watch(String prefix, Listener listener) {
        Watcher watcher = new Watcher(prefix, listener);
        watchers.add(watcher);
        scans.execute(() -> scan(prefix, watcher));
        return () -> {
            watchers.remove(watcher);
            watcher.close();
        };
    }

    private void scan(String prefix, Watcher watcher) {
        if (watcher.isClosed()) {
            return;
        }
        try {
            DirectoryScan.run(cache, prefix, watcher::present);
        } catch (RuntimeException e) {
            LOG.warn("Initial scan of {} in {} failed and is repeated: {}", prefix, cache.getName(), e.toString());
            var unused = scheduler.schedule(RETRY, () -> scans.execute(() -> scan(prefix, watcher)));
        }
    }

    /** A change can get lost when the node that made it leaves at that moment: what is there now is looked through. */
    private boolean onNodeLeft(Event left) {
        for (Duration pause : CHECKS) {
            var unused = scheduler.schedule(pause, () -> {
                if (!closed) {
                    scans.execute(this::check);
                }
            });
        }
        return !closed;
    }

    private void check() {
        for (Watcher watcher : watchers) {
            Map<String, Long> before = watcher.live();
            Set<String> seen = new HashSet<>();
            try {
                DirectoryScan.run(cache, watcher.prefix(), (key, row) -> {
                    seen.add(key);
                    watcher.present(key, row);
                });
            } catch (RuntimeException e) {
                LOG.warn("A check of {} in {} failed: {}", watcher.prefix(), cache.getName(), e.toString());
                continue;
            }
            before.forEach((key, step) -> {
                if (!seen.contains(key)) {
                    watcher.vanished(key, step);
                }
            });
        }
    }

    private void forgetLater() {
        timer = scheduler.schedule(FORGET_REMOVED, () -> {
            watchers.forEach(Watcher::forgetRemoved);
            if (!closed) {
                forgetLater();
            }
        });
    }

    private void onEvent(CacheEntryEvent<? extends String, ? extends byte[]> event) {
        boolean removed = event.getEventType() == EventType.REMOVED || event.getEventType() == EventType.EXPIRED;
        // A removal reports what it removed, as old value, and as value in some versions.
        byte[] bytes = removed && event.getOldValue() != null ? event.getOldValue() : event.getValue();
        if (bytes == null) {
            LOG.error("A removal of {} in {} came without its row", event.getKey(), cache.getName());
            return;
        }
        Row row = Row.parse(bytes);
        for (Watcher watcher : watchers) {
            watcher.changed(event.getKey(), row, removed);
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.close();
        events.stopLocalListen(nodeLeft);
        watchers.forEach(Watcher::close);
        watchers.clear();
        query.close();
    }
}

package io.durableserver.ignite.map;

import static org.apache.ignite.events.EventType.EVT_NODE_FAILED;
import static org.apache.ignite.events.EventType.EVT_NODE_LEFT;

import io.durableserver.Registration;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteEvents;
import org.apache.ignite.cache.query.ContinuousQuery;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.events.Event;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of a cache: one continuous query for the node, begun with the first watch and fanned out here, because every
 * further query costs each write of the cluster. A watch first joins the fan-out and then scans, so nothing falls between.
 */
final class RowWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RowWatch.class);
    private static final Duration RETRY = Duration.ofMillis(200);
    /** The times at which rows are checked after a node left: soon, and when the others have certainly agreed on its partitions. */
    private static final List<Duration> CHECKS = List.of(Duration.ofMillis(500), Duration.ofSeconds(3));

    private static final Duration FORGET_REMOVED = Duration.ofMinutes(1);
    /** The time between looks for listeners that hold a thread. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final IgniteCache<String, byte[]> cache;
    private final RowReader rows;
    private final Executor scans;
    private final ExecutorService deliveries;
    private final Scheduler scheduler;
    private final Consumer<RuntimeEvent> facts;
    private final String node;
    private final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();
    private final Map<ChangeFeed, Watcher> watchers = new ConcurrentHashMap<>();
    private final IgniteEvents events;
    private final RowChecks checks;
    private final ExecutorService checkThread;
    private final Registration losses;
    private final IgnitePredicate<Event> nodeLeft = event -> checkSoon();
    private final Object opening = new Object();
    private volatile @Nullable QueryCursor<Cache.Entry<String, byte[]>> query;
    private volatile Registration timer = () -> {};
    private volatile Registration looks = () -> {};
    private volatile boolean closed;

    RowWatch(MemoryCache memory, RowReader rows, Executor scans, MapHost host) {
        this.cache = memory.cache();
        this.rows = rows;
        this.scans = scans;
        this.scheduler = host.scheduler();
        this.facts = host.facts();
        this.node = host.ignite().name();
        this.deliveries = Daemons.onDemand("durable-watch-" + cache.getName());
        this.events = host.ignite().events();
        this.checkThread = Daemons.pool("durable-check-" + cache.getName(), 1);
        this.checks = new RowChecks(cache.getName(), rows, feeds, checkThread, scheduler);
        this.losses = memory.onLost(lost -> {
            checks.lost(lost);
            checkSoon();
        });
    }

    Registration watch(String prefix, Listener listener) {
        Watcher watcher = new Watcher(listener, new Watcher.Watched(node, cache.getName(), prefix), facts);
        ChangeFeed feed = new ChangeFeed(prefix, watcher, this::deliver, watcher);
        keep(feed, watcher);
        if (closed) {
            forget(feed);
            throw new MapUnavailableException("The map is closed", null);
        }
        onScans(() -> begin(feed));
        return () -> {
            forget(feed);
            feed.close();
        };
    }

    private synchronized void keep(ChangeFeed feed, Watcher watcher) {
        SharedMap.checkWatches(feeds.size(), feed.prefix());
        watchers.put(feed, watcher);
        feeds.add(feed);
    }

    private void forget(ChangeFeed feed) {
        feeds.remove(feed);
        watchers.remove(feed);
    }

    /** What waits is told in a while when there is no thread for it now. */
    private void deliver(Runnable delivery) {
        try {
            deliveries.execute(delivery);
        } catch (RejectedExecutionException ended) {
            throw ended;
        } catch (RuntimeException | Error noThread) {
            LOG.warn("Watchers of {} are told later", cache.getName(), noThread);
            var unused = scheduler.schedule(RETRY, () -> deliverAgain(delivery));
        }
    }

    private void deliverAgain(Runnable delivery) {
        try {
            deliver(delivery);
        } catch (RejectedExecutionException e) {
            // Closed meanwhile, and the feeds with it.
        }
    }

    private void onScans(Runnable task) {
        try {
            scans.execute(task);
        } catch (RejectedExecutionException e) {
            // Closed: the node stops, or the cluster was deactivated.
        }
    }

    private void begin(ChangeFeed feed) {
        if (closed || feed.isClosed()) {
            return;
        }
        try {
            openQuery();
            rows.values(feed.prefix(), (key, row) -> feed.present(key, row.value(), row.revision()));
            feed.caughtUp();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn(
                        "First scan of {} in {} failed and is repeated: {}",
                        feed.prefix(),
                        cache.getName(),
                        e.toString());
                var unused = scheduler.schedule(RETRY, () -> onScans(() -> begin(feed)));
            }
        }
    }

    /** Blocks until the query runs on all nodes, which a node that was just cut off may wait for in vain: {@link #close} does not. */
    private void openQuery() {
        synchronized (opening) {
            if (query != null || closed) {
                return;
            }
            ContinuousQuery<String, byte[]> continuous = new ContinuousQuery<>();
            continuous.setLocalListener(changes -> changes.forEach(this::guarded));
            QueryCursor<Cache.Entry<String, byte[]>> opened = cache.query(continuous);
            query = opened;
            if (closed) {
                opened.close();
                return;
            }
            events.localListen(nodeLeft, EVT_NODE_LEFT, EVT_NODE_FAILED);
            forgetLater();
            lookLater();
        }
    }

    /** A change can get lost when the node that made it leaves at that moment: what is there now is looked through. */
    private boolean checkSoon() {
        checks.soon(CHECKS);
        return !closed;
    }

    private void forgetLater() {
        timer = scheduler.schedule(FORGET_REMOVED, () -> {
            feeds.forEach(ChangeFeed::forgetRemoved);
            if (!closed) {
                forgetLater();
            }
        });
    }

    private void lookLater() {
        looks = scheduler.schedule(LOOK, () -> {
            watchers.values().forEach(Watcher::look);
            if (!closed) {
                lookLater();
            }
        });
    }

    /** One row that cannot be read does not keep the others of its batch from being told. */
    private void guarded(CacheEntryEvent<? extends String, ? extends byte[]> event) {
        try {
            onEvent(event);
        } catch (RuntimeException e) {
            LOG.error("A change of {} in {} cannot be told", event.getKey(), cache.getName(), e);
        }
    }

    /** Gives a change to the feeds, which only take note; on a thread of Ignite. */
    private void onEvent(CacheEntryEvent<? extends String, ? extends byte[]> event) {
        boolean removed = event.getEventType() == EventType.REMOVED || event.getEventType() == EventType.EXPIRED;
        // A removal reports what it removed, as old value, and as value in some versions.
        byte[] bytes = removed && event.getOldValue() != null ? event.getOldValue() : event.getValue();
        if (bytes == null) {
            LOG.error("A removal of {} in {} came without its row", event.getKey(), cache.getName());
            return;
        }
        Row row = Row.parse(bytes);
        RowRevisions.seen(row.revision());
        byte[] value = row.value();
        for (ChangeFeed feed : feeds) {
            if (removed) {
                feed.removed(event.getKey(), RowRevisions.removal(row.revision()), "");
            } else if (row.isMark()) {
                feed.removed(event.getKey(), row.revision(), row.reason());
            } else {
                feed.present(event.getKey(), value, row.revision());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.close();
        looks.close();
        losses.close();
        checks.close();
        checkThread.shutdownNow();
        feeds.forEach(ChangeFeed::end);
        feeds.clear();
        watchers.clear();
        QueryCursor<Cache.Entry<String, byte[]>> opened = query;
        if (opened != null) {
            events.stopLocalListen(nodeLeft);
            opened.close();
        }
        deliveries.shutdown();
    }
}

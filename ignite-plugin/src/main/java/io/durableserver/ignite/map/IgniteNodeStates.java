package io.durableserver.ignite.map;

import io.durableserver.Registration;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Change;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sessions of a prefix say about themselves, in a replicated Ignite cache: written by a thread of its own, read
 * from a map that a continuous query keeps. Its key is the incarnation, a slash, and the node name.
 */
public final class IgniteNodeStates implements NodeStates, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IgniteNodeStates.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration LOOK_AFTER = Duration.ofSeconds(5);

    private final Ignite ignite;
    private final String prefix;
    private final Membership membership;
    private final Scheduler scheduler;
    private final MemoryCache memory;
    private final IgniteCache<String, byte[]> cache;
    private final ExecutorService thread;
    private final RowWatch watch;
    private final Registration watching;
    private volatile Map<Session, byte[]> rows = Map.of();
    private volatile byte @Nullable [] own;
    private volatile boolean closed;
    private Set<Session> strangers = Set.of();

    /** Creates the cache where it does not exist; blocks, and needs an active cluster. */
    public IgniteNodeStates(MapHost host) {
        this.ignite = host.ignite();
        this.prefix = host.prefix();
        this.membership = host.membership();
        this.scheduler = host.scheduler();
        this.memory = StatesCache.open(host);
        this.cache = memory.cache();
        this.thread = Daemons.pool("durable-states-" + prefix, 1);
        this.watch = new RowWatch(memory, new RowReader(cache), thread, host);
        this.watching = watch.watch("", new Rows());
        // Rows are worth nothing once their nodes are gone; the others say theirs again.
        memory.onLoss(() -> onThread(this::write));
        lookAfterLater();
    }

    @Override
    public void publish(byte[] row) {
        if (row.length > MAX_ROW_BYTES) {
            throw new IllegalArgumentException("a row of " + row.length + " bytes, at most " + MAX_ROW_BYTES);
        }
        own = row;
        onThread(this::write);
    }

    @Override
    public Map<Session, byte[]> rows() {
        return rows;
    }

    private final class Rows implements SharedMap.Listener {
        @Override
        public void changed(List<Change> changes) {
            IgniteNodeStates.this.changed(changes);
        }

        /** All rows come again. */
        @Override
        public void gap() {
            synchronized (IgniteNodeStates.this) {
                rows = Map.of();
            }
        }
    }

    private synchronized void changed(List<Change> changes) {
        Map<Session, byte[]> next = new HashMap<>(rows);
        boolean differs = false;
        for (Change change : changes) {
            int slash = change.key().indexOf('/');
            Session session =
                    new Session(change.key().substring(slash + 1), change.key().substring(0, slash));
            byte[] row = change.after().orElse(null);
            byte[] before = row == null ? next.remove(session) : next.put(session, row);
            differs |= !Arrays.equals(before, row);
        }
        if (differs) {
            rows = Map.copyOf(next);
        }
    }

    private static String key(Session session) {
        return session.incarnation() + "/" + session.node();
    }

    private void onThread(Runnable step) {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            // Closed: the node stops, or the cluster was deactivated.
        }
    }

    private void write() {
        byte[] row = own;
        if (row == null || closed) {
            return;
        }
        UUID operation = UUID.randomUUID();
        byte[] bytes = Row.of(
                        RowRevisions.first(),
                        operation.getMostSignificantBits(),
                        operation.getLeastSignificantBits(),
                        row)
                .bytes();
        try {
            cache.put(key(membership.self()), bytes);
        } catch (CacheException | IgniteException | IllegalStateException e) {
            if (!closed) {
                LOG.debug("The state of {} in {} is published later", membership.self(), prefix, e);
                memory.repairSoon();
                var unused = scheduler.schedule(RETRY, () -> onThread(this::write));
            }
        }
    }

    private void lookAfterLater() {
        if (!closed) {
            var unused = scheduler.schedule(LOOK_AFTER, () -> {
                onThread(this::lookAfter);
                lookAfterLater();
            });
        }
    }

    private void lookAfter() {
        try {
            restoreOwn();
            removeStrangers();
        } catch (CacheException | IgniteException | IllegalStateException e) {
            LOG.debug("The rows of {} are looked after later", prefix, e);
        }
    }

    /** A cache in memory loses rows without a word: with its nodes, or when it is cleared from outside. */
    private void restoreOwn() {
        byte[] said = own;
        if (said != null) {
            byte[] there = cache.get(key(membership.self()));
            if (there == null || !Row.parse(there).holds(said)) {
                write();
            }
        }
    }

    /** The oldest node removes the rows of sessions that left. */
    private void removeStrangers() {
        Set<Session> absent = new HashSet<>(rows.keySet());
        absent.removeAll(membership.view().sessions());
        Set<Session> before = strangers;
        // Not at once: a row may be here before the news that its session has joined.
        strangers = absent;
        if (!absent.isEmpty() && isOldest()) {
            absent.stream().filter(before::contains).forEach(session -> cache.remove(key(session)));
        }
    }

    private boolean isOldest() {
        return ignite.cluster()
                .forPredicate(new MemoryCache.TakesPart(prefix))
                .forOldest()
                .node()
                .isLocal();
    }

    @Override
    public void close() {
        closed = true;
        watching.close();
        thread.shutdownNow();
        watch.close();
        memory.close();
    }
}

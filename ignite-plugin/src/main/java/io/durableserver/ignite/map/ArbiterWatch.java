package io.durableserver.ignite.map;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the partitions of a cache move to or from this node. Ignite moves them some time after nodes came or went
 * and tells nobody who did not ask for it in its configuration: so this looks, as long as somebody listens.
 */
final class ArbiterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArbiterWatch.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Ignite ignite;
    private final String cache;
    private final Executor thread;
    private final Scheduler scheduler;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private int[] own = {};
    private boolean looking;
    private volatile boolean closed;

    ArbiterWatch(Ignite ignite, String cache, Executor thread, Scheduler scheduler) {
        this.ignite = ignite;
        this.cache = cache;
        this.thread = thread;
        this.scheduler = scheduler;
    }

    /** The partitions this node is the primary of, in rising order; may block while they move. */
    int[] partitions() {
        ClusterNode local = ignite.cluster().localNode();
        int[] partitions = ignite.affinity(cache).primaryPartitions(local);
        Arrays.sort(partitions);
        return partitions;
    }

    Registration listen(Runnable listener) {
        synchronized (this) {
            listeners.add(listener);
            if (!looking) {
                looking = true;
                lookSoon();
            }
        }
        return () -> listeners.remove(listener);
    }

    private void lookSoon() {
        try {
            thread.execute(this::look);
        } catch (RejectedExecutionException e) {
            // Closed: the node stops, or the cluster was deactivated.
        }
    }

    /** The first look tells as well: nobody knows what was seen before it. */
    private void look() {
        synchronized (this) {
            if (closed || listeners.isEmpty()) {
                looking = false;
                own = new int[0];
                return;
            }
        }
        try {
            int[] now = partitions();
            if (!Arrays.equals(now, own)) {
                own = now;
                listeners.forEach(Runnable::run);
            }
        } catch (IgniteException | IllegalStateException e) {
            LOG.debug("The partitions of {} are looked at later", cache, e);
        }
        var unused = scheduler.schedule(LOOK, this::lookSoon);
    }

    @Override
    public void close() {
        closed = true;
        listeners.clear();
    }
}
